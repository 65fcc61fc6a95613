/** Depth bins [rays * draws] by the cumulated softmax of logits [rays, bins], and which rays count. */
export function sampleDepths(
  logits: ArrayLike<number>,
  bins: number,
  uniforms: ArrayLike<number>,
): { index: number[]; enabled: number[] } {
  const rays = logits.length / bins;
  const draws = uniforms.length / rays;
  const index: number[] = [];
  const enabled: number[] = [];
  for (let ray = 0; ray < rays; ray++) {
    const row = Array.from({ length: bins }, (_, bin) => logits[ray * bins + bin]!);
    const largest = Math.max(...row);
    enabled.push(Number(row.indexOf(largest) !== bins - 1));
    const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    for (let i = 0; i < draws; i++) {
      let cumulated = 0;
      let count = 0;
      for (const logit of row) {
        cumulated += Math.exp(logit - largest) / sum / (1 + 1.1920929e-7);
        if (cumulated <= uniforms[ray * draws + i]!) count++;
      }
      index.push(Math.min(count, bins - 1));
    }
  }
  return { index, enabled };
}

/** World point of a pixel at a depth: solves the first three rows of the projection (Cramer). */
export function rayPoint(
  projection: ArrayLike<number>,
  pixel: readonly [number, number],
  depth: number,
): [number, number, number] {
  const right = [pixel[0] * depth, pixel[1] * depth, depth]
    .map((value, row) => value - projection[4 * row + 3]!);
  const determinant = (replaced: number) => {
    const m = (row: number, column: number) =>
      column === replaced ? right[row]! : projection[4 * row + column]!;
    return m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) -
      m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) +
      m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0));
  };
  const whole = determinant(-1);
  return [determinant(0) / whole, determinant(1) / whole, determinant(2) / whole];
}
