import { SplatMesh } from "@sparkjsdev/spark";
import { restoredHarmonics } from "./harmonics.js";

const SH_C0 = 0.28209479177387814;
/** Endings of files that the page reads itself. */
export const ENDINGS = [".ply", ".spz", ".splat", ".ksplat", ".sog"];
/** What every row has, as our server writes it. */
const COLUMNS = {
  start: ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2"],
  end: ["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"],
};
// SPZ has y up and z towards who looks: a half turn around x away from the frame of PLY files. What it does
// to the harmonics, degree by degree.
const TURNED = [-1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1];
// Opacities of 0 and 1 have no logit.
const LEAST = 1e-6;

/** A file that was given to the page as an item, its Gaussians as a plain PLY. */
export async function givenItem(file) {
  const name = file.name.toLowerCase();
  if (!ENDINGS.some((ending) => name.endsWith(ending))) {
    throw new Error(
      `Cannot show "${file.name}": files that end in ${ENDINGS.join(", ")} are shown`,
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const item = { id: `given ${file.name}`, label: file.name, version: String(file.lastModified) };
  return { ...item, bytes: isPlain(bytes) ? bytes : await plyOf(bytes, file.name) };
}

/** Whether a file is a PLY of Gaussians, floats only, without compression. */
function isPlain(bytes) {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 8192));
  const header = start.slice(0, start.indexOf("end_header"));
  if (!header.startsWith("ply\nformat binary_little_endian")) return false;
  const lines = header.trim().split("\n").slice(2).filter((line) =>
    !/^(comment|obj_info)/.test(line)
  );
  return /^element vertex \d+$/.test(lines[0] ?? "") &&
    lines.slice(1).every((line) => /^property float \w+$/.test(line)) &&
    [...COLUMNS.start, ...COLUMNS.end].every((name) => header.includes(`property float ${name}\n`));
}

/** Gaussians of any other file, as Spark reads it, as rows of a plain PLY. */
export async function plyOf(fileBytes, fileName) {
  const mesh = new SplatMesh({ fileBytes, fileName, extSplats: true });
  try {
    await mesh.initialized;
    const count = mesh.splats.getNumSplats();
    const degree = mesh.splats.getNumSh();
    const rest = 3 * ((degree + 1) ** 2 - 1);
    const names = [
      ...COLUMNS.start,
      ...Array.from({ length: rest }, (_, k) => `f_rest_${k}`),
      ...COLUMNS.end,
    ];
    const stride = names.length;
    const rows = new Float32Array(count * stride);
    mesh.forEachSplat((i, centre, scales, rotation, opacity, colour) => {
      const alpha = Math.min(1 - LEAST, Math.max(LEAST, opacity));
      rows.set(
        [...centre.toArray(), ...colour.toArray().map((value) => (value - 0.5) / SH_C0)],
        i * stride,
      );
      rows.set([
        Math.log(alpha / (1 - alpha)),
        ...scales.toArray().map(Math.log),
        rotation.w,
        rotation.x,
        rotation.y,
        rotation.z,
      ], i * stride + 6 + rest);
    });
    if (rest) restoredHarmonics(mesh.extSplats.extra, rows, { count, stride, first: 6, rest });
    if (fileName.toLowerCase().endsWith(".spz")) turn(rows, { stride, rest });
    const header = [
      "ply",
      "format binary_little_endian 1.0",
      `element vertex ${count}`,
      ...names.map((name) => `property float ${name}`),
      "end_header\n",
    ].join("\n");
    return new Uint8Array(await new Blob([header, rows]).arrayBuffer());
  } catch (cause) {
    throw new Error(`Cannot read "${fileName}": ${cause.message ?? cause}`, { cause });
  } finally {
    mesh.dispose();
  }
}

/** A half turn around x, in place. */
function turn(rows, { stride, rest }) {
  const coefficients = rest / 3;
  const rotation = 6 + rest + 4;
  for (let row = 0; row < rows.length; row += stride) {
    // y and z of the centre and of the rotation, which is w, x, y, z.
    for (const column of [1, 2, rotation + 2, rotation + 3]) rows[row + column] *= -1;
    for (let k = 0; k < rest; k++) rows[row + 6 + k] *= TURNED[k % coefficients];
  }
}
