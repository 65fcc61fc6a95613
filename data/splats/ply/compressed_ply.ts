import type { ByteSource } from "../../formats/byte_source.ts";
import {
  checkPlySize,
  findPlyElement,
  type PlyElementInfo,
  type PlyHeader,
  type PlyTarget,
  readPlyHeader,
  readPlyRows,
} from "../../formats/ply.ts";
import { unreadable } from "../../formats/unreadable.ts";
import { LOGIT_OF_BYTE, SH_C0 } from "../activation.ts";
import { restoreLargest } from "../quaternion.ts";
import type { Remark, SplatInput } from "../splat_format.ts";
import {
  allocateSplats,
  degreeOfRest,
  restCoefficients,
  type ShDegree,
  type Splats,
} from "../splats.ts";

/** Gaussians that share one set of bounds. */
export const CHUNK_SIZE = 256;

/** Bounds of positions, log scales and colours of each chunk, in the order of the file. */
export const CHUNK_PROPERTIES = ["", "scale_"].flatMap((prefix) =>
  ["min", "max"].flatMap((bound) => [..."xyz"].map((axis) => `${bound}_${prefix}${axis}`))
).concat(["min", "max"].flatMap((bound) => [..."rgb"].map((channel) => `${bound}_${channel}`)));

/** One 32-bit word each. */
export const PACKED_PROPERTIES = ["position", "rotation", "scale", "color"].map((n) =>
  `packed_${n}`
);

/** Says whether a PLY file is of the compressed kind of PlayCanvas and SuperSplat. */
export function isCompressedPly({ source }: Pick<SplatInput, "source">): boolean {
  const header = readPlyHeader(source);
  const vertex = findPlyElement(header, "vertex");
  return findPlyElement(header, "chunk") !== undefined &&
    vertex?.properties.some(({ name }) => name === "packed_position") === true;
}

/** Reads the compressed PLY of PlayCanvas and SuperSplat, also its first form without bounds of colour. */
export function readCompressedPly(
  { source }: Pick<SplatInput, "source">,
  { remark }: { readonly remark: Remark },
): Splats {
  const { file } = source;
  const header = readPlyHeader(source);
  const need = (name: string, properties: readonly string[]): PlyElementInfo => {
    const element = findPlyElement(header, name);
    const missing = properties.filter((wanted) =>
      !element?.properties.some((property) => property.name === wanted)
    );
    if (element && missing.length === 0) return element;
    throw unreadable(file, 0, `a compressed PLY needs "${missing.join('", "')}" in "${name}"`);
  };
  const vertex = need("vertex", PACKED_PROPERTIES);
  const bounded = findPlyElement(header, "chunk")!.properties.some(({ name }) => name === "min_r");
  const chunkProperties = bounded ? CHUNK_PROPERTIES : CHUNK_PROPERTIES.slice(0, 12);
  const chunk = need("chunk", chunkProperties);
  checkPlySize(source, header);
  const chunks = Math.ceil(vertex.count / CHUNK_SIZE);
  if (chunk.count < chunks) {
    throw unreadable(
      file,
      0,
      `it has ${chunk.count} chunks, ${vertex.count} Gaussians need ${chunks}`,
    );
  }
  const { count, rest, degree } = checkHarmonics(source, header, vertex.count);
  if (count === 3 * DEGREE_4) remark("harmonics of degree 4 are cut to degree 3");

  const bounds = new Float32Array(chunk.count * chunkProperties.length);
  readPlyRows(source, header, chunk, rowTargets(chunkProperties, bounds));
  const words = new Uint32Array(4 * vertex.count);
  readPlyRows(source, header, vertex, rowTargets(PACKED_PROPERTIES, words));
  const splats = allocateSplats(vertex.count, degree);
  unpack(splats, words, bounds, chunkProperties.length);
  if (count > 0) readHarmonics(source, header, { splats, rest: rest!, stored: count / 3 });
  return splats;
}

function rowTargets(names: readonly string[], column: PlyTarget["column"]): PlyTarget[] {
  return names.map((property, component) => ({ property, column, width: names.length, component }));
}

// Harmonics a channel of degree 4, which SPZ and its converters know.
const DEGREE_4 = 24;

function checkHarmonics(
  { file }: ByteSource,
  header: PlyHeader,
  vertices: number,
): { count: number; degree: ShDegree; rest: PlyElementInfo | undefined } {
  const rest = findPlyElement(header, "sh");
  const count = rest?.properties.length ?? 0;
  const degree = count === 3 * DEGREE_4 ? 3 : degreeOfRest(count / 3);
  const named = rest?.properties.every(({ name, type }) =>
    /^f_rest_\d+$/.test(name) && type === "uint8"
  );
  const inOrder = Array.from({ length: count }, (_, i) => `f_rest_${i}`)
    .every((name) => rest!.properties.some((property) => property.name === name));
  if (degree === undefined || named === false || !inOrder) {
    throw unreadable(
      file,
      0,
      `"sh" has ${count} properties, it must be the first 9, 24, 45 or 72 "f_rest_N" as uchar`,
    );
  }
  if (rest && count > 0 && rest.count !== vertices) {
    throw unreadable(file, 0, `it has ${rest.count} rows of "sh" for ${vertices} Gaussians`);
  }
  return { count, degree, rest };
}

function unpack(
  splats: Splats,
  words: Uint32Array,
  bounds: Float32Array,
  boundsWidth: number,
): void {
  const { positions, logScales, quaternions, opacities, shDc } = splats;
  const q = new Float64Array(4);
  const colored = boundsWidth > 12;
  for (let i = 0; i < splats.count; i++) {
    const at = Math.floor(i / CHUNK_SIZE) * boundsWidth;
    unpackVector(words[4 * i]!, bounds, at, positions, 3 * i);
    unpackVector(words[4 * i + 2]!, bounds, at + 6, logScales, 3 * i);
    const color = words[4 * i + 3]!;
    for (let k = 0; k < 3; k++) {
      const share = (color >>> (24 - 8 * k) & 255) / 255;
      const rgb = colored
        ? bounds[at + 12 + k]! * (1 - share) + bounds[at + 15 + k]! * share
        : share;
      shDc[3 * i + k] = (rgb - 0.5) / SH_C0;
    }
    opacities[i] = LOGIT_OF_BYTE[color & 255]!;
    unpackRotation(words[4 * i + 1]!, q);
    for (let k = 0; k < 4; k++) quaternions[4 * i + k] = q[k]!;
  }
}

/** Fields of 11, 10 and 11 bits, each between its bounds (three lowest, then three highest). */
function unpackVector(
  word: number,
  bounds: Float32Array,
  at: number,
  column: Float32Array,
  to: number,
): void {
  const x = (word >>> 21) / 2047;
  const y = (word >>> 11 & 1023) / 1023;
  const z = (word & 2047) / 2047;
  column[to] = bounds[at]! * (1 - x) + bounds[at + 3]! * x;
  column[to + 1] = bounds[at + 1]! * (1 - y) + bounds[at + 4]! * y;
  column[to + 2] = bounds[at + 2]! * (1 - z) + bounds[at + 5]! * z;
}

function unpackRotation(word: number, q: Float64Array): void {
  const largest = word >>> 30;
  for (let k = 0, shift = 20; k < 4; k++) {
    if (k === largest) continue;
    q[k] = ((word >>> shift & 1023) / 1023 - 0.5) * Math.SQRT2;
    shift -= 10;
  }
  restoreLargest(q, largest);
}

function readHarmonics(
  source: ByteSource,
  header: PlyHeader,
  { splats: { shRest, degree }, rest, stored }: {
    splats: Splats;
    rest: PlyElementInfo;
    stored: number;
  },
): void {
  const coefficients = restCoefficients(degree);
  const width = 3 * coefficients;
  // The numbers in the names run channel by channel; the bytes pass through the column they end in.
  const targets = Array.from({ length: width }, (_, component) => ({
    property: `f_rest_${(component % 3) * stored + Math.floor(component / 3)}`,
    column: shRest,
    width,
    component,
  }));
  readPlyRows(source, header, rest, targets);
  for (let at = 0; at < shRest.length; at++) {
    const byte = shRest[at]!;
    shRest[at] = byte === 0 ? -4 : byte === 255 ? 4 : ((byte + 0.5) / 256 - 0.5) * 8;
  }
}
