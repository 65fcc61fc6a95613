import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type DType, elementCount, elementType } from "../../../data/formats/dtype.ts";
import { decodeElements } from "../../../data/formats/elements.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { readNpy, writeNpy } from "../../../data/formats/numpy/npy.ts";
import { readNpz, writeNpz } from "../../../data/formats/numpy/npz.ts";
import { encodeSafetensors, readSafetensors } from "../../../data/formats/safetensors.ts";
import { openZip } from "../../../data/formats/zip/zip.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip/zip_write.ts";
import { isDict, readPickle } from "../../../data/formats/pickle.ts";
import { type Pickled, PickleTuple, writePickle } from "../../../data/formats/pickle_writer.ts";
import { EventFile, frameRecord } from "../../../data/formats/tensorboard.ts";
import { readInfos } from "../../../data/nuscenes/infos.ts";
import { writeInfos } from "../../../data/nuscenes/infos_writer.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import type { Pose } from "../../../data/occupancy/rigid.ts";
import { Random } from "./fuzz/mutate.ts";

// What both NumPy and safetensors can hold, and what only one of them can.
const SHARED: DType[] = [
  ...["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const,
  ...["float16", "float32", "float64", "complex64"] as const,
];
const NUMPY: DType[] = [...SHARED, "complex128", "datetime64[ns]", "timedelta64[generic]"];
const SAFETENSORS: DType[] = [...SHARED, "bfloat16"];

function randomBytes(random: Random, length: number): Uint8Array {
  // Runs of equal bytes too, so that packing has something to do.
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length;) {
    const byte = random.below(256);
    for (let run = 1 + random.below(random.below(2) ? 1 : 9); run > 0 && i < length; run--) {
      bytes[i++] = byte;
    }
  }
  return bytes;
}

/** An array of any bits whatever, so with NaN of every kind, infinities and subnormal numbers. */
function randomArray(random: Random, dtypes: readonly DType[]): NdArray {
  const dtype = random.pick(dtypes);
  const shape = Array.from({ length: random.below(4) }, () => random.below(5));
  const bytes = randomBytes(random, elementCount(shape) * elementType(dtype).bytes);
  if (dtype === "bool") bytes.forEach((byte, i) => bytes[i] = byte & 1);
  return { shape, dtype, data: decodeElements(dtype, bytes) };
}

function randomArrays(random: Random, dtypes: readonly DType[]): Map<string, NdArray> {
  const names = ["a", "b.weight", "ü/€", "with space", "__proto", "x".repeat(100), ""];
  const count = random.below(names.length);
  return new Map(names.slice(0, count).map((name) => [name, randomArray(random, dtypes)]));
}

Deno.test("any array comes back from npy as it was", () => {
  for (let seed = 0; seed < 500; seed++) {
    const array = randomArray(new Random(seed), NUMPY);
    assertEquals(readNpy(writeNpy(array)), array, `seed ${seed}`);
  }
});

Deno.test("any arrays come back from npz as they were, stored and deflated", () => {
  for (let seed = 0; seed < 100; seed++) {
    const arrays = randomArrays(new Random(seed), NUMPY);
    const npz = readNpz(writeNpz(Object.fromEntries(arrays), { compress: seed % 2 === 1 }));
    assertEquals(new Map(npz.names.map((name) => [name, npz.get(name)])), arrays, `seed ${seed}`);
  }
});

Deno.test("any tensors come back from safetensors as they were", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const tensors = randomArrays(random, SAFETENSORS);
    const metadata = random.below(2) ? { note: "ü\n\u0000", empty: "" } : {};
    const read = readSafetensors(encodeSafetensors(tensors, metadata));
    for (const [name, tensor] of tensors) {
      assertEquals(read.tensors.get(name), tensor, `seed ${seed}`);
    }
    assertEquals(read.tensors.size, tensors.size);
    assertEquals({ ...read.metadata }, metadata);
  }
});

Deno.test("any members come back from a zip archive, whole and by their start", () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const members = Array.from({ length: random.below(5) }, (_, i) => ({
      name: `folder ${i}/ü`,
      bytes: randomBytes(random, random.below(3000)),
    }));
    const archive = openZip(concatBytes(zipChunks(members, { compress: seed % 2 === 1 })));
    assertEquals([...archive.entries.keys()], members.map(({ name }) => name));
    for (const { name, bytes } of members) {
      assertEquals(archive.read(name), bytes, `seed ${seed}`);
      const length = random.below(4000);
      assertEquals(archive.readStart(name, length), bytes.slice(0, length), `seed ${seed}`);
    }
  }
});

/** A value of a pickle's kinds, and what it must come back as. */
function randomValue(random: Random, depth: number): [written: Pickled, read: unknown] {
  const many = depth > 0 ? random.below(5) : 0;
  const items = () => Array.from({ length: many }, () => randomValue(random, depth - 1));
  const text = () => random.pick(["", "a", "ü€𝄞", "\0\n'\"", "12", "x".repeat(300), "__proto__"]);
  switch (random.below(depth > 0 ? 10 : 6)) {
    case 0:
      return [null, null];
    case 1: {
      const value = random.pick([true, false]);
      return [value, value];
    }
    case 2: {
      const value = random.pick([0, -1, 255, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 40)]);
      return [value, value];
    }
    case 3: {
      const value = random.pick([-0, 0.1, NaN, Infinity, -Infinity, 5e-324, 1.7e308, 2 ** 60]);
      return [value, value];
    }
    case 4: {
      const value = text();
      return [value, value];
    }
    case 5: {
      const magnitude = 2n ** BigInt(64 + random.below(200));
      const value = random.below(2) ? magnitude : -magnitude;
      return [value, value];
    }
    case 6: {
      const bytes = randomBytes(random, random.below(300));
      return [bytes, bytes];
    }
    case 7: {
      const parts = items();
      return [parts.map(([written]) => written), parts.map(([, read]) => read)];
    }
    case 8: {
      const parts = items();
      return [new PickleTuple(parts.map(([written]) => written)), parts.map(([, read]) => read)];
    }
    default: {
      const entries = items().map((value, i) => [`${text()}${i}`, ...value] as const);
      const written = new Map(entries.map(([key, value]) => [key, value]));
      return [written, Object.fromEntries(entries.map(([key, , read]) => [key, read]))];
    }
  }
}

/** The same with plain objects, which compare equal to each other. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isDict(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

Deno.test("any plain data come back from a pickle as they were", () => {
  for (let seed = 0; seed < 500; seed++) {
    const [written, expected] = randomValue(new Random(seed), 4);
    assertEquals(plain(readPickle(writePickle(written))), expected, `seed ${seed}`);
  }
});

Deno.test("any key frames come back from an index as they were, pickle and JSON", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      const frames = randomFrames(random);
      for (const name of ["infos.pkl", "infos.json"]) {
        writeInfos(join(folder, name), frames);
        const read = readInfos(Deno.readFileSync(join(folder, name)));
        assert(JSON.stringify(read) === JSON.stringify(frames), `${name}, seed ${seed}`);
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** Up to three scenes with up to twelve key frames each, in the order of the dataset. */
function randomFrames(random: Random): KeyFrame[] {
  const number = () => (random.below(2 ** 30) - 2 ** 29) / 2 ** random.below(40);
  const pose = (): Pose => ({
    rotation: [number(), number(), number(), number()],
    translation: [number(), number(), number()],
  });
  return Array.from(
    { length: random.below(4) },
    (_, scene) =>
      Array.from({ length: 1 + random.below(12) }, (_, index): KeyFrame => ({
        token: `${scene} ${index} "ü`,
        sceneToken: `scene ${scene}`,
        ...{ index, timestamp: 1.5e15 + random.below(2 ** 30) },
        cameras: CAMERA_NAMES.map((name) => ({
          ...{
            name,
            timestamp: 1.5e15 + random.below(2 ** 30),
            file: `samples/${name}/${random.below(1e6)}.jpg`,
          },
          timestamp: 1.5e15 + random.below(2 ** 30),
          ...{ sensorToEgo: pose(), egoToGlobal: pose() },
          intrinsic: Array.from({ length: 9 }, number),
        })),
        lidar: { file: "samples/LIDAR_TOP/a.pcd.bin", sensorToEgo: pose(), egoToGlobal: pose() },
      })),
  ).flat();
}

Deno.test("any number comes back from a TensorBoard record as the nearest float", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const random = new Random(5);
    const values = Array.from(
      { length: 300 },
      () => new DataView(randomBytes(random, 4).buffer).getFloat32(0),
    );
    const log = EventFile.open(folder, { firstStep: 0 });
    values.forEach((value, step) => log.scalar(step, "v", value));
    log.close();
    const bytes = Deno.readFileSync(log.path);
    const found: number[] = [];
    for (let at = 0; at < bytes.length;) {
      const view = new DataView(bytes.buffer, at);
      const length = Number(view.getBigUint64(0, true));
      const record = bytes.slice(at + 12, at + 12 + length);
      assertEquals(bytes.slice(at, at + 16 + length), frameRecord(record));
      // A scalar's record ends with the field simple_value: tag 0x15 and four bytes.
      if (record.at(-5) === 0x15) {
        found.push(new DataView(record.buffer).getFloat32(length - 4, true));
      }
      at += 16 + length;
    }
    assertEquals(found, values);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
