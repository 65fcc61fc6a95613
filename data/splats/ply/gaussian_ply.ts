import type { ByteSource } from "../../formats/byte_source.ts";
import { bytesOf } from "../../formats/elements.ts";
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
import type { Remark, SplatInput } from "../splat_format.ts";
import {
  type ArrivingSplats,
  partsOf,
  type SplatReader,
  type SplatStream,
} from "../splat_stream.ts";
import {
  allocateSplats,
  copySplats,
  degreeOfRest,
  restCoefficients,
  type ShDegree,
  sliceSplats,
  type Splats,
} from "../splats.ts";

/** The comment, known from Brush, of files whose Gaussians are to be drawn with antialiasing. */
const ANTIALIASED = "SplatRenderMode: mip";

// Of Gaussians that are discs, as SuperSplat and splat-transform have it.
const THIN = Math.log(1e-6);

/**
 * Opens the PLY model file of 3DGS and its like: properties by name, in any order, with any others. Rows
 * are read when they are asked for.
 */
export function openGaussianPly(
  { source }: Pick<SplatInput, "source">,
  { remark }: { readonly remark: Remark },
): SplatReader {
  const header = readPlyHeader(source);
  const vertex = checkGaussians(source, header);
  const names = new Set(vertex.properties.map(({ name }) => name));
  const { degree, stored } = readDegree(source, names, remark);
  checkPlySize(source, header);
  if (!names.has("scale_2")) remark("2D Gaussians, given a third axis of 1e-6");
  const antialiased = header.comments.includes(ANTIALIASED);
  const read = (first: number, end: number): Splats => {
    const splats = {
      ...allocateSplats(end - first, degree),
      ...(antialiased && { antialiased }),
    };
    const targets = targetsOf(splats, stored).filter(({ property }) => names.has(property));
    readPlyRows(source, header, vertex, targets, { first, count: end - first });
    if (names.has("scale_2")) return splats;
    for (let at = 2; at < splats.logScales.length; at += 3) splats.logScales[at] = THIN;
    return splats;
  };
  const reader = { count: vertex.count, degree, ...(antialiased && { antialiased }) };
  if (header.format !== "ascii") return { ...reader, read };
  // Lines have no common length: they are read once, all of them.
  let whole: Splats | null = null;
  return {
    ...reader,
    read(first, end) {
      whole ??= read(0, vertex.count);
      return copySplats(sliceSplats(whole, first, end));
    },
  };
}

/** The vertices of the file; throws where they are no Gaussians, and says what they are. */
function checkGaussians({ file }: ByteSource, header: PlyHeader): PlyElementInfo {
  const vertex = findPlyElement(header, "vertex");
  if (!vertex) throw unreadable(file, 0, `it has no "vertex" element, so no Gaussians`);
  const names = new Set(vertex.properties.map(({ name }) => name));
  const missing = propertiesOf(0).filter((name) => !names.has(name));
  if (missing.every((name) => name === "scale_2")) return vertex;
  const faces = findPlyElement(header, "face")?.count;
  const kind = faces ? `a mesh with ${faces} faces` : "a point cloud";
  const named = missing.slice(0, 3).map((name) => `"${name}"`).join(", ");
  const others = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
  throw unreadable(
    file,
    0,
    `it is ${kind}, not trained Gaussians, its vertices lack ${named}${others}`,
  );
}

// Harmonics a channel of degree 4, which SPZ and its converters know.
const DEGREE_4 = 24;

/** The degree that is kept, and the harmonics a channel that the file has. */
function readDegree(
  { file }: ByteSource,
  names: ReadonlySet<string>,
  remark: Remark,
): { degree: ShDegree; stored: number } {
  const count = [...names].filter((name) => /^f_rest_\d+$/.test(name)).length;
  const degree = count === 3 * DEGREE_4 ? 3 : degreeOfRest(count / 3);
  const complete = Array.from({ length: count }, (_, i) => names.has(`f_rest_${i}`)).every(Boolean);
  if (degree === undefined || !complete) {
    throw unreadable(
      file,
      0,
      `it has ${count} properties "f_rest_N", they must be the first 0, 9, 24, 45 or 72`,
    );
  }
  if (count === 3 * DEGREE_4) remark("harmonics of degree 4 are cut to degree 3");
  return { degree, stored: count / 3 };
}

/** The properties of a 3DGS file besides the normals, in its order. */
function propertiesOf(degree: ShDegree): string[] {
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${name}_${i}`);
  return [
    ..."xyz",
    ...numbered("f_dc", 3),
    ...numbered("f_rest", 3 * restCoefficients(degree)),
    "opacity",
    ...numbered("scale", 3),
    ...numbered("rot", 4),
  ];
}

/** Where each property goes, or comes from; a file may have more harmonics a channel than are kept. */
function targetsOf(splats: Splats, stored = restCoefficients(splats.degree)): PlyTarget[] {
  const { positions, logScales, quaternions, opacities, shDc, shRest, degree } = splats;
  const coefficients = restCoefficients(degree);
  const row = (names: readonly string[], column: Float32Array): PlyTarget[] =>
    names.map((property, component) => ({ property, column, width: names.length, component }));
  // The file holds the rest of the harmonics channel by channel, the column coefficient by coefficient.
  const rest = Array.from(
    { length: 3 * coefficients },
    (_, at) => `f_rest_${(at % 3) * stored + Math.floor(at / 3)}`,
  );
  return [
    ...row(["x", "y", "z"], positions),
    ...row(["f_dc_0", "f_dc_1", "f_dc_2"], shDc),
    ...row(rest, shRest),
    ...row(["opacity"], opacities),
    ...row(["scale_0", "scale_1", "scale_2"], logScales),
    ...row(["rot_0", "rot_1", "rot_2", "rot_3"], quaternions),
  ];
}

const ROWS_PER_CHUNK = 1 << 12;

/**
 * Yields the bytes of a 3DGS PLY model file, exact to the bit. Normals of zero are among the properties
 * and the count is on the third line, as viewers of the reference expect.
 */
export function* gaussianPlyChunks(stream: SplatStream): Generator<Uint8Array> {
  yield headOf(stream);
  for (const block of stream.blocks()) yield* rowsOf(block);
}

/** The same of Gaussians that arrive in parts. */
export async function* gaussianPlyChunksFrom(
  splats: ArrivingSplats,
): AsyncGenerator<Uint8Array> {
  yield headOf(splats);
  for await (const block of splats.blocks()) yield* rowsOf(block);
}

function namesOf(degree: ShDegree): string[] {
  const written = propertiesOf(degree);
  return [...written.slice(0, 3), "nx", "ny", "nz", ...written.slice(3)];
}

function headOf(
  { count, degree, antialiased }: Pick<SplatStream, "count" | "degree" | "antialiased">,
): Uint8Array {
  const header = [
    "ply",
    "format binary_little_endian 1.0",
    `element vertex ${count}`,
    ...namesOf(degree).map((name) => `property float ${name}`),
    ...(antialiased ? [`comment ${ANTIALIASED}`] : []),
    "end_header\n",
  ];
  return new TextEncoder().encode(header.join("\n"));
}

function* rowsOf(block: Splats): Generator<Uint8Array> {
  const names = namesOf(block.degree);
  const places = new Map(names.map((name, at) => [name, at]));
  for (const splats of partsOf(block, ROWS_PER_CHUNK)) {
    const rows = new Float32Array(splats.count * names.length);
    for (const { column, width, component, property } of targetsOf(splats)) {
      const at = places.get(property)!;
      for (let row = 0; row < splats.count; row++) {
        rows[row * names.length + at] = column[row * width + component]!;
      }
    }
    yield bytesOf(rows);
  }
}
