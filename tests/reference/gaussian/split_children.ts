/**
 * Children of 3D Gaussian Splatting's split: the last rows, one for each three numbers of noise, move
 * by R(q) (noise * scale) with the standard rotation matrix of q (w, x, y, z), and shrink by 1.6.
 */
export function splitChildren(
  means: Float64Array,
  logScales: Float64Array,
  rotations: Float64Array,
  noise: Float64Array,
): { means: Float64Array; logScales: Float64Array } {
  const moved = means.slice();
  const shrunk = logScales.slice();
  const first = (means.length - noise.length) / 3;
  for (let child = 0; child < noise.length / 3; child++) {
    const i = first + child;
    const q = rotations.subarray(4 * i, 4 * i + 4);
    const length = Math.hypot(...q);
    const [w, x, y, z] = q.map((value) => value / length) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const R = [
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ];
    const local = [0, 1, 2].map((k) => noise[3 * child + k]! * Math.exp(logScales[3 * i + k]!));
    R.forEach((row, k) => {
      moved[3 * i + k]! += row.reduce((sum, value, j) => sum + value * local[j]!, 0);
      shrunk[3 * i + k]! -= Math.log(1.6);
    });
  }
  return { means: moved, logScales: shrunk };
}
