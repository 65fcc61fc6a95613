import { decodeBase64 } from "@std/encoding/base64";
import { zlibSync } from "fflate";
import {
  readColmapCameras,
  readColmapImages,
  readColmapPoints,
} from "../../../../data/formats/colmap.ts";
import { crc32 } from "../../../../data/formats/checksums/crc32.ts";
import { encodeGlb, readGlb } from "../../../../data/formats/glb.ts";
import { decodeJpeg, encodeJpeg } from "../../../../data/pictures/jpeg/jpeg.ts";
import { readAnyNpy, writeNpy } from "../../../../data/formats/numpy/npy.ts";
import { readNpz, writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { readPickle } from "../../../../data/formats/pickle.ts";
import { encodePly, type Ply, type PlyNumbers, readPly } from "../../../../data/formats/ply.ts";
import { decodePng, encodePng } from "../../../../data/pictures/png/png.ts";
import { encodeSafetensors, readSafetensors } from "../../../../data/formats/safetensors.ts";
import { readTorchCheckpoint, TorchTensor } from "../../../../data/formats/torch_checkpoint.ts";
import {
  cameraFromWorld,
  readTransforms,
  transformsIntrinsics,
} from "../../../../data/formats/transforms_json.ts";
import { openZip } from "../../../../data/formats/zip/zip.ts";
import { concatBytes, zipChunks } from "../../../../data/formats/zip/zip_write.ts";
import pickles from "../../../fixtures/formats/pickles.json" with { type: "json" };
import checkpoints from "../../../fixtures/formats/torch.json" with { type: "json" };
import { readSplatSource } from "../../../../data/splats/read_splats.ts";
import { KINDS } from "../../splats/fuzz_kinds.ts";
import { keyFrameSeeds } from "./key_frame_seeds.ts";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { writeColmapBinary, writeColmapText } from "../colmap_files.ts";

/** A small valid file and how it is read. */
export interface Seed {
  format: string;
  /** What is changed. */
  bytes: Uint8Array;
  /** Makes the file of it, with the checksums right that would else stop every change. */
  wrap: (bytes: Uint8Array) => Uint8Array;
  /** Reads the file and everything in it. */
  read: (bytes: Uint8Array) => unknown;
  /** Whether a package decodes it, whose accidents our reader turns into a clear error. */
  byPackage?: true;
}

const FILE = { file: "fuzzed" };
const asIs = (bytes: Uint8Array): Uint8Array => bytes;
const text = (source: unknown) => new TextEncoder().encode(JSON.stringify(source));

/** Small valid files of every format. */
export function makeSeeds(): Seed[] {
  return [
    ...pickleSeeds(),
    ...torchSeeds(),
    ...meshSeeds(),
    ...arraySeeds(),
    ...plySeeds(),
    ...pictureSeeds(),
    ...sceneSeeds(),
    ...splatSeeds(),
    ...keyFrameSeeds(),
  ];
}

function pickleSeeds(): Seed[] {
  const read = (bytes: Uint8Array) => readPickle(bytes, FILE);
  return pickles.map(({ base64, protocol }) => {
    const format = `pickle ${protocol}`;
    return { format, bytes: decodeBase64(base64), wrap: asIs, read };
  });
}

function meshSeeds(): Seed[] {
  const bytes = encodeGlb([{
    name: "one",
    positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
    normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1),
    colours: new Uint8Array(12).fill(90),
    indices: Uint32Array.of(0, 1, 2),
  }]);
  return [{ format: "GLB", bytes, wrap: asIs, read: (file) => readGlb(file, FILE.file) }];
}

function torchSeeds(): Seed[] {
  const read = (bytes: Uint8Array) => {
    const value = readTorchCheckpoint(bytes, FILE);
    return { value, tensors: tensorsIn(value).map((tensor) => tensor.data) };
  };
  return checkpoints.flatMap(({ name, base64 }): Seed[] => {
    const bytes = decodeBase64(base64);
    if (name.endsWith("legacy")) return [{ format: "torch legacy", bytes, wrap: asIs, read }];
    const archive = openZip(bytes);
    const members = [...archive.entries.keys()].map((name) => ({
      name,
      bytes: archive.read(name),
    }));
    const pickle = members.find(({ name }) => name.endsWith("data.pkl"))!;
    const wrap = (changed: Uint8Array) => {
      const all = members.map((member) =>
        member === pickle ? { ...member, bytes: changed } : member
      );
      return concatBytes(zipChunks(all));
    };
    return [
      { format: "torch zip", bytes, wrap: asIs, read },
      { format: "torch zip, its pickle", bytes: pickle.bytes, wrap, read },
    ];
  });
}

function tensorsIn(value: unknown): TorchTensor[] {
  const tensors: TorchTensor[] = [];
  const seen = new Set<unknown>();
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    if (next instanceof TorchTensor) tensors.push(next);
    else if (next instanceof Map) pending.push(...next.keys(), ...next.values());
    else if (!ArrayBuffer.isView(next)) pending.push(...Object.values(next));
  }
  return tensors;
}

function arraySeeds(): Seed[] {
  const float = {
    shape: [2, 3],
    dtype: "float32" as const,
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  };
  const flag = { shape: [3], dtype: "bool" as const, data: Uint8Array.of(1, 0, 1) };
  const words = { shape: [2], dtype: "str" as const, data: ["a", "long"] };
  const readNpyFile = (bytes: Uint8Array) => readAnyNpy(bytes, FILE);
  const readNpzFile = (bytes: Uint8Array) => {
    const npz = readNpz(bytes, FILE);
    return npz.names.map((name) => npz.getAny(name));
  };
  const npy = [float, flag, words].map((array) => writeNpy(array));
  const struct = npyOf("[('a', '<f4', (2,)), ('b', '>i2')]", "(2,)", 20);
  const fortran = npyOf("'<i8'", "(2, 2), 'fortran_order': True", 32);
  const zip = (bytes: Uint8Array) =>
    concatBytes(zipChunks([{ name: "x.npy", bytes }], { compress: true }));
  const tensors = [["a", float], ["b", flag], ["c", { ...float, dtype: "bfloat16" }]] as const;
  return [
    ...[...npy, struct, fortran].map((bytes) => ({
      format: "npy",
      bytes,
      wrap: asIs,
      read: readNpyFile,
    })),
    ...npy.map((bytes) => ({ format: "npz, its npy", bytes, wrap: zip, read: readNpzFile })),
    ...[true, false].map((compress) => {
      const bytes = writeNpz({ float, flag, words }, { compress });
      return { format: "npz", bytes, wrap: asIs, read: readNpzFile };
    }),
    {
      format: "safetensors",
      bytes: encodeSafetensors(tensors, { made: "by a test" }),
      wrap: asIs,
      read: (bytes) => readSafetensors(bytes, FILE),
    },
  ];
}

function npyOf(descr: string, shape: string, size: number): Uint8Array {
  const order = shape.includes("fortran") ? "" : ", 'fortran_order': False";
  const header = `{'descr': ${descr}, 'shape': ${shape}${order}}`.padEnd(117) + "\n";
  const bytes = new Uint8Array(10 + header.length + size);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}

function plySeeds(): Seed[] {
  const ply: Ply = {
    comments: ["made by a test"],
    elements: new Map([
      ["vertex", {
        count: 3,
        properties: new Map<string, PlyNumbers>([["x", Float32Array.of(1, 2, -3)], [
          "red",
          Uint8Array.of(1, 2, 3),
        ]]),
      }],
      ["face", {
        count: 2,
        properties: new Map([["vertex_indices", {
          countType: "uint8" as const,
          offsets: Uint32Array.of(0, 3, 4),
          values: Int32Array.of(0, 1, 2, 2),
        }]]),
      }],
    ]),
  };
  const read = (bytes: Uint8Array) => readPly(bytes, FILE);
  return (["ascii", "binary_little_endian", "binary_big_endian"] as const).map((format) => {
    return { format: `ply ${format}`, bytes: encodePly(ply, { format }), wrap: asIs, read };
  });
}

function pictureSeeds(): Seed[] {
  const read = (bytes: Uint8Array) => decodePng(bytes, FILE);
  const [width, height] = [7, 5];
  const gray = Uint8Array.from({ length: width * height }, (_, i) => i * 7);
  const wide = Uint16Array.from({ length: width * height * 4 }, (_, i) => i * 999);
  const palette = indexedPng();
  const files = [
    encodePng({ width, height, data: gray, channels: 1 }),
    encodePng({ width, height, data: wide, channels: 4 }),
    palette,
  ];
  const data = Uint8Array.from({ length: 16 * 12 * 3 }, (_, i) => i);
  return [
    ...files.map((bytes) => ({ format: "png", bytes, wrap: asIs, read })),
    ...files.map((bytes) => ({ format: "png, checksums right", bytes, wrap: mendPng, read })),
    {
      format: "jpeg",
      bytes: encodeJpeg({ width: 16, height: 12, data }),
      wrap: asIs,
      read: (bytes) => decodeJpeg(bytes, FILE),
      byPackage: true,
    },
  ];
}

// An interlaced picture of 3 x 3 pixels with two bits each.
function indexedPng(): Uint8Array {
  const rows = zlibSync(
    Uint8Array.of(0, 0x40, 0, 0x80, 0, 0x10, 0, 0x40, 0, 0x80, 0, 0x1b, 1, 2, 3),
  );
  const bytes = concatBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", [0, 0, 0, 3, 0, 0, 0, 3, 2, 3, 0, 0, 1]),
    chunk("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    chunk("tRNS", [9, 8]),
    chunk("IDAT", rows),
    chunk("IEND", []),
  ]);
  return mendPng(bytes);
}

function chunk(type: string, content: Uint8Array | number[]): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  new DataView(bytes.buffer).setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  return bytes;
}

function mendPng(bytes: Uint8Array): Uint8Array {
  const mended = bytes.slice();
  const view = new DataView(mended.buffer);
  for (let at = 8; at + 12 <= mended.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > mended.length) break;
    view.setUint32(end - 4, crc32(mended.subarray(at + 4, end - 4)));
    at = end;
  }
  return mended;
}

function sceneSeeds(): Seed[] {
  const model = {
    cameras: new Map([[1, { id: 1, model: "PINHOLE", width: 8, height: 6, params: [5, 5, 4, 3] }]]),
    images: new Map([[1, {
      ...{ id: 1, rotation: [1, 0, 0, 0] as [number, number, number, number] },
      ...{ translation: [0, 1, 2] as [number, number, number], cameraId: 1, name: "a.png" },
      ...{ xys: Float64Array.of(1, 2, 3, 4), pointIds: Float64Array.of(7, -1) },
    }]]),
    points: {
      ids: Float64Array.of(7, 9),
      positions: Float64Array.of(1, 2, 3, 4, 5, 6),
      colors: Uint8Array.of(1, 2, 3, 4, 5, 6),
      errors: Float64Array.of(0.5, 1),
      trackOffsets: Uint32Array.of(0, 1, 1),
      trackImageIds: Int32Array.of(1),
      trackIndices: Int32Array.of(0),
    },
  };
  const readers = [readColmapCameras, readColmapImages, readColmapPoints];
  const colmap = [writeColmapBinary(model), writeColmapText(model)].flatMap((files, kind) =>
    Object.values(files).map((bytes, i): Seed => {
      const file = kind ? "fuzzed.txt" : "fuzzed";
      const format = `colmap ${kind ? "text" : "binary"}`;
      return { format, bytes, wrap: asIs, read: (bytes) => readers[i]!(bytes, { file }) };
    })
  );
  const matrix = [[1, 0, 0, 2], [0, 0, -1, 3], [0, 1, 0, 4], [0, 0, 0, 1]];
  const transforms = text({
    camera_angle_x: 0.7,
    ...{ w: 8, h: 6, fl_x: 5, k1: 0.1, aabb_scale: 4, applied_transform: matrix.slice(0, 3) },
    frames: [{ file_path: "./train/r_0", transform_matrix: matrix, camera_model: "OPENCV" }],
  });
  const readFrames = (bytes: Uint8Array) =>
    readTransforms(bytes, FILE).frames.map((frame) => {
      return [cameraFromWorld(frame), transformsIntrinsics(frame.camera, { width: 8, height: 6 })];
    });
  return [...colmap, {
    format: "transforms.json",
    bytes: transforms,
    wrap: asIs,
    read: readFrames,
  }];
}

function splatSeeds(): Seed[] {
  return Object.values(KINDS).map(({ name, bytes, wrap = asIs }) => ({
    format: `Gaussians ${name}`,
    ...{ bytes, wrap },
    read: (changed) => readSplatSource(openSource(changed, name)),
  }));
}
