import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import type { Splats } from "../../../data/splats/splats.ts";

/** Values of a row of `classifiedGaussians`. */
export const GAUSSIAN_ROW = 12;

/**
 * Gaussians of a key frame's splat PLY as rows [n, 12] in the lidar frame: centre and standard
 * deviations in metres, quaternion (x, y, z, w), opacity, and the class whose colour they have.
 */
export function classifiedGaussians(
  splats: Splats,
  task: Pick<OccupancyTask, "palette" | "empty">,
): Float32Array {
  const { count, positions, logScales, quaternions, opacities, shDc } = splats;
  const rows = new Float32Array(GAUSSIAN_ROW * count);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = positions.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const scales = logScales.subarray(3 * i, 3 * i + 3);
    const colour = shDc.subarray(3 * i, 3 * i + 3);
    rows.set([
      // From the frame of splat files (x right, y down, z forward) to x right, y forward, z up.
      ...[x, z, -y],
      ...Array.from(scales, Math.exp),
      ...lidarRotation(quaternions.subarray(4 * i, 4 * i + 4)),
      sigmoid(opacities[i]!),
      nearestClass(Array.from(colour, (value) => 255 * (0.5 + SH_C0 * value)), task),
    ], GAUSSIAN_ROW * i);
  }
  return rows;
}

/** A quarter turn around x before the splat's own (w, x, y, z), as (x, y, z, w) of length one. */
function lidarRotation(quaternion: Float32Array): number[] {
  const [w, x, y, z] = quaternion as unknown as [number, number, number, number];
  const half = Math.SQRT1_2 / (Math.hypot(w, x, y, z) || 1);
  return [half * (x - w), half * (y + z), half * (z - y), half * (w + x)];
}

function nearestClass(
  colour: readonly number[],
  { palette, empty }: Pick<OccupancyTask, "palette" | "empty">,
): number {
  let [best, least] = [0, Infinity];
  palette.forEach((candidate, label) => {
    if (label === empty) return;
    const distance = candidate.reduce((sum, value, k) => sum + (value - colour[k]!) ** 2, 0);
    if (distance < least) [best, least] = [label, distance];
  });
  return best;
}
