import { concatBytes } from "./zip/zip_write.ts";
import { unreadable } from "./unreadable.ts";

/** One mesh of a scene: triangles with colours at their corners. */
export interface GlbMesh {
  /** As other programs show it. */
  readonly name: string;
  /** [vertices, 3], metres, glTF's frame: x right, y up, z towards the viewer. */
  readonly positions: Float32Array;
  /** [vertices, 3], of length one. */
  readonly normals: Float32Array;
  /** [vertices, 4] RGBA as shown on a screen (sRGB); the file holds linear light. */
  readonly colours: Uint8Array;
  /** Three vertices a triangle, counter-clockwise from outside. */
  readonly indices: Uint32Array;
}

/** What a GLB file holds: its JSON and its one buffer. */
export interface GlbContent {
  // deno-lint-ignore no-explicit-any
  readonly json: any;
  readonly buffer: Uint8Array;
}

const MAGIC = 0x46546c67;
const VERSION = 2;
const CHUNK = { json: 0x4e4f534a, binary: 0x004e4942 };
const COMPONENT = { uint16: 5123, uint32: 5125, float: 5126 };
const TARGET = { attribute: 34962, index: 34963 };
// Rough and not of metal, so that viewers shade the faces by their light alone.
const MATERIAL = { metallicFactor: 0, roughnessFactor: 1 };
// glTF wants linear colours; u16 keeps the darkest of 256 steps apart.
const LINEAR = Uint16Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  const light = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return Math.round(65535 * light);
});

/** Writes meshes as one binary glTF 2.0 file with a node each; meshes without triangles are left out. */
export function encodeGlb(
  meshes: readonly GlbMesh[],
  { generator = "voxsplat" }: { readonly generator?: string } = {},
): Uint8Array {
  const views: Record<string, number>[] = [];
  const accessors: Record<string, unknown>[] = [];
  const pieces: Uint8Array[] = [];
  let byteLength = 0;
  const add = (data: ArrayBufferView, target: number, accessor: Record<string, unknown>) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // Every accessor starts on a multiple of four.
    const padded = pad(bytes, 0);
    views.push({ buffer: 0, byteOffset: byteLength, byteLength: bytes.length, target });
    pieces.push(padded);
    byteLength += padded.length;
    return accessors.push({ bufferView: views.length - 1, ...accessor }) - 1;
  };
  const drawn = meshes.filter(({ indices }) => indices.length > 0);
  const list = drawn.map((mesh) => {
    const { name, positions, normals, colours, indices } = mesh;
    checkMesh(mesh);
    const count = positions.length / 3;
    const float = { componentType: COMPONENT.float, count, type: "VEC3" };
    const linear = Uint16Array.from(
      { length: colours.length },
      (_, i) => i % 4 === 3 ? 257 * colours[i]! : LINEAR[colours[i]!]!,
    );
    return {
      name,
      primitives: [{
        attributes: {
          POSITION: add(positions, TARGET.attribute, { ...float, ...boundsOf(positions) }),
          NORMAL: add(normals, TARGET.attribute, float),
          COLOR_0: add(linear, TARGET.attribute, {
            componentType: COMPONENT.uint16,
            normalized: true,
            count,
            type: "VEC4",
          }),
        },
        indices: add(indices, TARGET.index, {
          componentType: COMPONENT.uint32,
          count: indices.length,
          type: "SCALAR",
        }),
        material: 0,
      }],
    };
  });
  // Empty lists are not allowed: a scene without triangles has no nodes at all.
  const json = {
    asset: { version: "2.0", generator },
    scene: 0,
    ...(list.length
      ? {
        scenes: [{ name: "scene", nodes: list.map((_, i) => i) }],
        nodes: list.map(({ name }, mesh) => ({ name, mesh })),
        meshes: list,
        materials: [{ name: "voxels", pbrMetallicRoughness: MATERIAL }],
        accessors,
        bufferViews: views,
        buffers: [{ byteLength }],
      }
      : { scenes: [{ name: "scene" }] }),
  };
  return concatBytes([glbHeader(json, byteLength), ...pieces]);
}

const LARGEST = 2 ** 32 - 1;

/**
 * The beginning of a GLB file, all that stands before its buffer, which has `byteLength` bytes and must
 * be filled up with zeros to a multiple of four.
 */
export function glbHeader(json: unknown, byteLength: number): Uint8Array {
  const text = pad(new TextEncoder().encode(JSON.stringify(json)), 0x20);
  const padded = 4 * Math.ceil(byteLength / 4);
  const binary = byteLength > 0 ? [chunkHead(padded, CHUNK.binary)] : [];
  const total = 12 + 8 + text.length + (byteLength > 0 ? 8 + padded : 0);
  if (total > LARGEST) {
    throw new RangeError(`Cannot write glTF: it would have ${total} bytes, at most ${LARGEST} fit`);
  }
  return concatBytes([
    words(MAGIC, VERSION, total),
    chunkHead(text.length, CHUNK.json),
    text,
    ...binary,
  ]);
}

/** Reads the JSON and the buffer of a GLB file. */
export function readGlb(bytes: Uint8Array, file = "memory"): GlbContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20 || view.getUint32(0, true) !== MAGIC) {
    throw unreadable(file, 0, "it does not begin as binary glTF, with the letters glTF");
  }
  const [version, length] = [view.getUint32(4, true), view.getUint32(8, true)];
  if (version !== VERSION) {
    throw unreadable(file, 4, `its version is ${version}, it must be ${VERSION}`);
  }
  if (length !== bytes.length) {
    throw unreadable(file, 8, `it says it has ${length} bytes, ${bytes.length} are there`);
  }
  let json: unknown;
  let buffer: Uint8Array = new Uint8Array(0);
  for (let at = 12; at < length;) {
    const size = at + 8 <= length ? view.getUint32(at, true) : Infinity;
    if (at + 8 + size > length) throw unreadable(file, at, "a chunk reaches past the end");
    const content = bytes.subarray(at + 8, at + 8 + size);
    const kind = view.getUint32(at + 4, true);
    if (kind === CHUNK.json) {
      try {
        json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
      } catch (cause) {
        throw new SyntaxError(`Cannot read "${file}" at byte ${at + 8}: it is not JSON`, { cause });
      }
    } else if (kind === CHUNK.binary) buffer = content;
    at += 8 + size;
  }
  if (json === undefined) throw unreadable(file, 12, "it has no chunk of JSON");
  return { json, buffer };
}

function checkMesh({ name, positions, normals, colours, indices }: GlbMesh): void {
  const count = positions.length / 3;
  if (
    !Number.isInteger(count) || normals.length !== 3 * count || colours.length !== 4 * count ||
    indices.length % 3 !== 0
  ) {
    throw new RangeError(
      `Cannot write glTF: mesh "${name}" has ${positions.length} positions, ${normals.length} ` +
        `normals, ${colours.length} colours and ${indices.length} indices, three, three and four ` +
        "a vertex and three a triangle are needed",
    );
  }
  for (const index of indices) {
    if (index >= count) {
      throw new RangeError(
        `Cannot write glTF: mesh "${name}" names vertex ${index}, it has ${count}`,
      );
    }
  }
}

function boundsOf(positions: Float32Array) {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    min[i % 3] = Math.min(min[i % 3]!, positions[i]!);
    max[i % 3] = Math.max(max[i % 3]!, positions[i]!);
  }
  return { min, max };
}

function pad(bytes: Uint8Array, filler: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(filler);
  padded.set(bytes);
  return padded;
}

function chunkHead(length: number, kind: number): Uint8Array {
  return words(length, kind);
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return bytes;
}
