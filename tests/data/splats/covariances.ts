import type { Splats } from "../../../data/splats/splats.ts";

/** Covariances [N, 6] (xx xy xz yy yz zz) of Gaussians, which do not depend on the order of their axes. */
export function covariances(
  { count, logScales, quaternions }: Pick<Splats, "count" | "logScales" | "quaternions">,
): Float32Array {
  const all = new Float32Array(6 * count);
  for (let i = 0; i < count; i++) {
    const q = quaternions.subarray(4 * i, 4 * i + 4);
    const length = Math.hypot(...q);
    const [w, x, y, z] = [...q].map((value) => value / length) as [number, number, number, number];
    const axes = [
      [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
      [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
      [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
    ];
    let at = 6 * i;
    for (let row = 0; row < 3; row++) {
      for (let column = row; column < 3; column++, at++) {
        for (let k = 0; k < 3; k++) {
          const variance = Math.exp(2 * logScales[3 * i + k]!);
          all[at]! += axes[k]![row]! * axes[k]![column]! * variance;
        }
      }
    }
  }
  return all;
}
