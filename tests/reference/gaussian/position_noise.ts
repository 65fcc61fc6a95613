/** Sigma (noise * rate * sigmoid(-100 (o - 0.005))) of one Gaussian, Sigma written out as R S S R^T. */
export function positionNoise(
  { logScales, rotation, opacity }: { logScales: number[]; rotation: number[]; opacity: number },
  noise: number[],
  rate: number,
): number[] {
  const length = Math.hypot(...rotation);
  const [w, x, y, z] = rotation.map((value) => value / length) as [number, number, number, number];
  const r = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  const o = 1 / (1 + Math.exp(-opacity));
  const share = rate / (1 + Math.exp(100 * (o - 0.005)));
  return [0, 1, 2].map((i) =>
    [0, 1, 2].reduce((sum, j) => {
      const sigma = [0, 1, 2].reduce(
        (part, k) => part + r[i]![k]! * Math.exp(2 * logScales[k]!) * r[j]![k]!,
        0,
      );
      return sum + sigma * noise[j]! * share;
    }, 0)
  );
}
