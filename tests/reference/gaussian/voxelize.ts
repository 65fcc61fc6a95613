import type { Splats } from "../../../data/splats/splats.ts";

/** Covariance R S^2 R^T of a splat with no deviation below `floor`, as rows of its inverse. */
function inverseCovariance({ quaternions, logScales }: Splats, i: number, floor: number) {
  const q = [...quaternions.subarray(4 * i, 4 * i + 4)];
  const [w, x, y, z] = q.map((part) => part / Math.hypot(...q)) as [number, number, number, number];
  const rotation = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  const scales = [0, 1, 2].map((k) => Math.max(floor, Math.exp(logScales[3 * i + k]!)));
  const entry = (a: number, b: number, power: number) =>
    rotation[a]!.reduce((sum, r, k) => sum + r * rotation[b]![k]! * scales[k]! ** power, 0);
  return {
    inverse: [0, 1, 2].map((a) => [0, 1, 2].map((b) => entry(a, b, -2))),
    deviations: [0, 1, 2].map((a) => Math.sqrt(entry(a, a, 2))),
    volume: scales[0]! * scales[1]! * scales[2]!,
  };
}

/** Occupancies and colours (0 to 1) at the centres of voxels, in doubles, every pair in turn. */
export function voxelize(
  splats: Splats,
  { dims, origin, voxelSize }: {
    readonly dims: readonly [number, number, number];
    readonly origin: readonly [number, number, number];
    readonly voxelSize: number;
  },
  minScale: number,
): { occupancy: Float64Array; colours: Float64Array } {
  const count = dims[0] * dims[1] * dims[2];
  const passing = new Float64Array(count).fill(1);
  const weights = new Float64Array(count);
  const colours = new Float64Array(3 * count);
  for (let i = 0; i < splats.count; i++) {
    const { inverse, deviations, volume } = inverseCovariance(splats, i, minScale * voxelSize);
    const opacity = 1 / (1 + Math.exp(-splats.opacities[i]!));
    for (let n = 0; n < count; n++) {
      const at = [
        Math.floor(n / (dims[1] * dims[2])),
        Math.floor(n / dims[2]) % dims[1],
        n % dims[2],
      ];
      const d = at.map((cell, k) =>
        origin[k]! + (cell + 0.5) * voxelSize - splats.positions[3 * i + k]!
      );
      if (d.some((value, k) => Math.abs(value) > 4 * deviations[k]!)) continue;
      let power = 0;
      d.forEach((a, j) => d.forEach((b, k) => power += a * inverse[j]![k]! * b));
      const e = Math.exp(-power / 2);
      passing[n]! *= 1 - opacity * e;
      const weight = opacity * e / volume;
      weights[n]! += weight;
      for (let k = 0; k < 3; k++) {
        const colour = 0.5 + 0.28209479177387814 * splats.shDc[3 * i + k]!;
        colours[3 * n + k]! += weight * Math.min(1, Math.max(0, colour));
      }
    }
  }
  return {
    occupancy: passing.map((value) => 1 - value),
    colours: colours.map((value, i) => {
      const weight = weights[Math.floor(i / 3)]!;
      return weight > 0 ? value / weight : 0;
    }),
  };
}
