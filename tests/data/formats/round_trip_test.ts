import { assertEquals } from "@std/assert";
import { type DType, elementCount, elementType } from "../../../data/formats/dtype.ts";
import { decodeElements } from "../../../data/formats/elements.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { readNpy, writeNpy } from "../../../data/formats/npy.ts";
import { readNpz, writeNpz } from "../../../data/formats/npz.ts";
import { encodeSafetensors, readSafetensors } from "../../../data/formats/safetensors.ts";
import { openZip } from "../../../data/formats/zip.ts";
import { concatBytes, zipChunks } from "../../../data/formats/zip_write.ts";
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
