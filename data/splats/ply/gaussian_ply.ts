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
  allocateSplats,
  degreeOfRest,
  restCoefficients,
  type ShDegree,
  type Splats,
} from "../splats.ts";

/** The comment, known from Brush, of files whose Gaussians are to be drawn with antialiasing. */
const ANTIALIASED = "SplatRenderMode: mip";

// Of Gaussians that are discs, as SuperSplat and splat-transform have it.
const THIN = Math.log(1e-6);

/** Reads the PLY model file of 3DGS and its like: properties by name, in any order, with any others. */
export function readGaussianPly(
  { source }: Pick<SplatInput, "source">,
  { remark }: { readonly remark: Remark },
): Splats {
  const header = readPlyHeader(source);
  const vertex = checkGaussians(source, header);
  const names = new Set(vertex.properties.map(({ name }) => name));
  const { degree, stored } = readDegree(source, names, remark);
  checkPlySize(source, header);
  const splats = {
    ...allocateSplats(vertex.count, degree),
    ...(header.comments.some((comment) => comment === ANTIALIASED) && { antialiased: true }),
  };
  const targets = targetsOf(splats, stored).filter(({ property }) => names.has(property));
  readPlyRows(source, header, vertex, targets);
  if (!names.has("scale_2")) {
    remark("2D Gaussians, given a third axis of 1e-6");
    for (let at = 2; at < splats.logScales.length; at += 3) splats.logScales[at] = THIN;
  }
  return splats;
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
export function* gaussianPlyChunks(splats: Splats): Generator<Uint8Array> {
  const written = propertiesOf(splats.degree);
  const names = [...written.slice(0, 3), "nx", "ny", "nz", ...written.slice(3)];
  const header = [
    "ply",
    "format binary_little_endian 1.0",
    `element vertex ${splats.count}`,
    ...names.map((name) => `property float ${name}`),
    ...(splats.antialiased ? [`comment ${ANTIALIASED}`] : []),
    "end_header\n",
  ];
  yield new TextEncoder().encode(header.join("\n"));
  const targets = targetsOf(splats).map((target) => ({
    ...target,
    at: names.indexOf(target.property),
  }));
  for (let first = 0; first < splats.count; first += ROWS_PER_CHUNK) {
    const rows = Math.min(ROWS_PER_CHUNK, splats.count - first);
    const block = new Float32Array(rows * names.length);
    for (const { column, width, component, at } of targets) {
      for (let row = 0; row < rows; row++) {
        block[row * names.length + at] = column[(first + row) * width + component]!;
      }
    }
    yield bytesOf(block);
  }
}
