/**
 * Normal numbers [2 parents, 3] of which those `given` are taken, where they are as many or of those in
 * common: the first child of each parent, then the second of each.
 */
export function withGiven(drawn: Float32Array, given: Float32Array | undefined): Float32Array {
  if (!given) return drawn;
  // Where rounding splits some more or fewer, those in common keep what they have.
  const [ours, theirs] = [drawn.length / 2, given.length / 2];
  const common = Math.min(theirs, ours);
  drawn.set(given.subarray(0, common));
  drawn.set(given.subarray(theirs, theirs + common), ours);
  return drawn;
}

/** Rows of noise [2 parents, 3] of `count` parents from `first` on. */
export function noiseOfRun(
  noise: Float32Array,
  { first, count }: { readonly first: number; readonly count: number },
): Float32Array {
  if (noise.length === 6 * count) return noise;
  const out = new Float32Array(6 * count);
  const second = noise.length / 2 + 3 * first;
  out.set(noise.subarray(3 * first, 3 * (first + count)));
  out.set(noise.subarray(second, second + 3 * count), 3 * count);
  return out;
}

/** Rows of noise [2 parents, 3] of those parents only that `stay`; flags u32 [n] say who is what. */
export function noiseOfThose(
  noise: Float32Array,
  { parents, stay }: { readonly parents: Uint32Array; readonly stay: Uint32Array },
): Float32Array {
  let kept = 0;
  for (const flag of stay) kept += flag;
  const all = noise.length / 6;
  const out = new Float32Array(6 * kept);
  for (let i = 0, row = 0, to = 0; i < parents.length; i++) {
    if (stay[i]) {
      out.set(noise.subarray(3 * row, 3 * row + 3), 3 * to);
      out.set(noise.subarray(3 * (all + row), 3 * (all + row) + 3), 3 * (kept + to));
      to++;
    }
    row += parents[i]!;
  }
  return out;
}
