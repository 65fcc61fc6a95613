/** Rows of Gaussians as plain numbers, all before activation. */
export interface DensityRow {
  /** Sum of gradients by the place on the screen, and pictures it was in. */
  sums: [number, number];
  scaling: number[];
  opacity: number;
}

/** What becomes of one Gaussian, told as the paper and the reference's code tell it: grow, then prune. */
export function densityFate(
  { sums: [sum, pictures], scaling, opacity }: DensityRow,
  limits: { threshold: number; size: number; leastOpacity: number; largest: number },
): { kind: "stays" | "doubles" | "splits" | "goes"; faint: number; large: number } {
  const mean = pictures > 0 ? sum / pictures : 0;
  const scales = scaling.map(Math.exp);
  const grows = mean >= limits.threshold;
  const kind = !grows ? "stays" : Math.max(...scales) <= limits.size ? "doubles" : "splits";
  // The rows that there are before pruning: one, two alike, or two children.
  const rows = kind === "stays"
    ? [scales]
    : kind === "doubles"
    ? [scales, scales]
    : [1, 2].map(() => scales.map((scale) => scale / 1.6));
  const faint = 1 / (1 + Math.exp(-opacity)) < limits.leastOpacity;
  const large = limits.largest > 0 && Math.max(...rows[0]!) > limits.largest;
  return {
    kind: faint || large ? "goes" : kind,
    faint: faint ? rows.length : 0,
    large: large && !faint ? rows.length : 0,
  };
}

/** A child of a Gaussian: its place and the logarithms of its scales. */
export function childOf(
  { mean, scaling, rotation }: { mean: number[]; scaling: number[]; rotation: number[] },
  noise: number[],
): { mean: number[]; scaling: number[] } {
  const length = Math.hypot(...rotation);
  const [w, x, y, z] = rotation.map((value) => value / length) as [number, number, number, number];
  const rows = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  const local = noise.map((value, k) => value * Math.exp(scaling[k]!));
  return {
    mean: mean.map((value, i) => value + rows[i]!.reduce((sum, r, k) => sum + r * local[k]!, 0)),
    scaling: scaling.map((value) => Math.log(Math.exp(value) / 1.6)),
  };
}
