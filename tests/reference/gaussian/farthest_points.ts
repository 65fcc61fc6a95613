/**
 * Farthest point sampling thread by thread as the reference's kernel does it: a block of a power of
 * two of threads takes the points in turn, each keeps its first farthest one, and a tree of halves
 * keeps the lower thread where both are equally far.
 */
export function farthestPoints(points: ArrayLike<number>, samples: number): number[] {
  const n = points.length / 3;
  const threads = Math.min(1024, 2 ** Math.floor(Math.log2(n)));
  const nearest = new Float64Array(n).fill(1e10);
  const chosen = [0];
  for (let i = 1; i < samples; i++) {
    const last = chosen.at(-1)!;
    const far = new Float64Array(threads).fill(-1);
    const best = new Uint32Array(threads);
    for (let k = 0; k < n; k++) {
      let distance = 0;
      for (let axis = 0; axis < 3; axis++) {
        distance += (points[3 * k + axis]! - points[3 * last + axis]!) ** 2;
      }
      nearest[k] = Math.min(nearest[k]!, distance);
      if (nearest[k]! > far[k % threads]!) {
        far[k % threads] = nearest[k]!;
        best[k % threads] = k;
      }
    }
    for (let half = threads / 2; half >= 1; half /= 2) {
      for (let t = 0; t < half; t++) {
        if (far[t + half]! > far[t]!) {
          far[t] = far[t + half]!;
          best[t] = best[t + half]!;
        }
      }
    }
    chosen.push(best[0]!);
  }
  return chosen;
}
