import { assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import {
  readColmapCameras,
  readColmapImages,
  readColmapPoints,
} from "../../data/formats/colmap.ts";
import { decodeJpeg } from "../../data/pictures/jpeg/jpeg.ts";
import { readJson } from "../../data/formats/json/json.ts";
import { readAnyNpy } from "../../data/formats/numpy/npy.ts";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { readPickle } from "../../data/formats/pickle.ts";
import { isPlyList, readPly } from "../../data/formats/ply.ts";
import { decodePng, looksLikePng } from "../../data/pictures/png/png.ts";
import { readSafetensors } from "../../data/formats/safetensors.ts";
import { readTorchCheckpoint } from "../../data/formats/torch_checkpoint.ts";
import { forEachRecord } from "../../data/nuscenes/json_table.ts";
import { POINT_FLOATS, readSweep } from "../../data/nuscenes/sweep.ts";
import { decodeWebp } from "../../data/pictures/webp.ts";
import expected from "../fixtures/data/real_values.json" with { type: "json" };
import { filesUnder, SHARED } from "../shared_files.ts";
import { digestOf, type Streams } from "./digest.ts";

// Their decoder warns of these and shows what it can; we do so when we are told to.
const DAMAGED = /(extraneous-data|mjpeg|partial_progressive|extraneous-bytes-after-sos)\.jpg$/;
// NumPy takes any byte for a bool, and Pillow shows gray or noise where picture data break off.
const REFUSED = /(example_bool_bad_value\.npy|(dc-predictor|subtract-with)-overflow\.jpg)$/;

const ROOT = join(SHARED, "data");
const present = filesUnder("data/formats").length > 0;
if (!present) console.log(`skipped: no real files in ${SHARED}`);

const pixels = (
  { width, height, data }: { width: number; height: number; data: Uint8Array | Uint16Array },
) => {
  const channels = data.length / (width * height);
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  return { shape, dtype: data instanceof Uint16Array ? "uint16" : "uint8", data };
};

const READERS: Record<string, (path: string) => unknown> = {
  npy: (path) => readAnyNpy(Deno.readFileSync(path)),
  npz: (path) => {
    const npz = readNpz(path);
    return npz.names.map((name) => [name, npz.getAny(name)]);
  },
  pkl: (path) => readPickle(Deno.readFileSync(path)),
  pickle: (path) => readPickle(Deno.readFileSync(path)),
  pt: (path) => readTorchCheckpoint(path),
  pth: (path) => readTorchCheckpoint(path),
  safetensors: (path) => [...readSafetensors(path).tensors].sort(([a], [b]) => a < b ? -1 : 1),
  ply: plyOf,
  json: (path) => {
    const records: unknown[] = [];
    const bytes = Deno.readFileSync(path);
    if (!/^\s*\[\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
      return readJson(bytes, path);
    }
    forEachRecord(path, (record) => records.push(record));
    return records;
  },
  jpg: async (path) => {
    const bytes = Deno.readFileSync(path);
    // One of the pictures has the name of the other format.
    if (looksLikePng(bytes)) return pixels(decodePng(bytes));
    return pixels(await decodeJpeg(bytes, { file: path, tolerant: DAMAGED.test(path) }));
  },
  webp: async (path) =>
    pixels(await decodeWebp(Deno.readFileSync(path), { file: path, maxPixels: 1e8 })),
  png: (path) => pixels(decodePng(Deno.readFileSync(path))),
  "pcd.bin": (path) => {
    const data = readSweep(Deno.readFileSync(path));
    return { shape: [data.length / POINT_FLOATS, POINT_FLOATS], dtype: "float32", data };
  },
  bin: colmapOf,
};
READERS.jpeg = READERS.jpg!;

function plyOf(path: string): unknown {
  return [...readPly(path).elements].map(([name, { count, properties }]) => [
    name,
    [...properties].map(([property, column]) => {
      if (!isPlyList(column)) {
        return [property, { shape: [count], dtype: dtypeOf(column), data: column }];
      }
      const { offsets, values } = column;
      const lists = Array.from({ length: count }, (_, row) => {
        const data = values.slice(offsets[row], offsets[row + 1]);
        return { shape: [data.length], dtype: dtypeOf(data), data };
      });
      return [property, lists];
    }),
  ]);
}

function dtypeOf(column: ArrayBufferView): string {
  return column.constructor.name.replace("Array", "").toLowerCase();
}

function colmapOf(path: string): unknown {
  const name = basename(path);
  if (name === "cameras.bin") {
    return [...readColmapCameras(path).values()].map(({ id, width, height, params }) => [
      ...[id, width, height],
      ...params,
    ]);
  }
  if (name === "images.bin") {
    return [...readColmapImages(path).values()].map((image) => [
      ...[image.id, ...image.rotation, ...image.translation, image.cameraId, image.name],
      Array.from(image.pointIds, (point, i) => [image.xys[2 * i], image.xys[2 * i + 1], point]),
    ]);
  }
  const points = readColmapPoints(path);
  return Array.from(points.ids, (id, i) => {
    const [from, to] = [points.trackOffsets[i], points.trackOffsets[i + 1]];
    const track = Array.from(points.trackImageIds.subarray(from, to), (image, k) => [
      ...[image, points.trackIndices[from! + k]],
    ]);
    const three = (column: Float64Array | Uint8Array) => [...column.subarray(3 * i, 3 * i + 3)];
    return [id, three(points.positions), three(points.colors), points.errors[i], track];
  });
}

type Line = [name: string, digest: Streams | null, meanColour?: number[]];

async function compare([name, digest, meanColour]: Line): Promise<string | null> {
  const ending = name.endsWith(".pcd.bin") ? "pcd.bin" : name.split(".").at(-1)!;
  try {
    const value = await READERS[ending]!(join(ROOT, name));
    if (meanColour) {
      const { data } = value as { data: Uint8Array };
      const found = [0, 1, 2].map((c) =>
        3 * data.reduce((sum, byte, i) => sum + (i % 3 === c ? byte : 0), 0) / data.length
      );
      const close = found.every((mean, c) => Math.abs(mean - meanColour[c]!) < 0.6);
      return close ? null : `${name}: mean colour ${found}, it must be ${meanColour}`;
    }
    const found = JSON.stringify(digestOf(value));
    return found === JSON.stringify(digest) ? null : `${name}: ${found}, ${JSON.stringify(digest)}`;
  } catch (error) {
    return `${name}: ${error}`;
  }
}

// The photos of the scenes are large and all of a kind: one in four stands for them.
const kept = (name: string, i: number) => !/^scenes.*\.(jpg|png)$/.test(name) || i % 4 === 0;

const byFolder = Map.groupBy(
  (expected as Line[]).filter(([name, digest], i) =>
    digest && !REFUSED.test(name) && kept(name, i)
  ),
  ([name]) => name.split("/").slice(0, name.startsWith("formats/") ? 2 : 1).join("/"),
);

for (const [folder, lines] of byFolder) {
  Deno.test({
    name: `${lines.length} files in ${folder} hold what Python reads from them`,
    ignore: !present,
    async fn() {
      const wrong: string[] = [];
      for (const line of lines) {
        const complaint = await compare(line);
        if (complaint) wrong.push(complaint);
      }
      assertEquals(wrong, []);
    },
  });
}
