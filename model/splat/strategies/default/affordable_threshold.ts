/**
 * The threshold, or the lowest one above it with which no more than `room` Gaussians grow; `sums` f32
 * [2 n] are lengths of gradients and numbers of pictures.
 */
export function affordableThreshold(sums: Float32Array, threshold: number, room: number): number {
  const all = new Float32Array(sums.length / 2);
  let count = 0;
  for (let i = 0; i < all.length; i++) {
    const mean = Math.fround(sums[2 * i]! / sums[2 * i + 1]!);
    if (mean >= threshold) all[count++] = mean;
  }
  if (count <= room) return threshold;
  const means = all.subarray(0, count).sort();
  // Halfway to the first that must not grow; equal ones all stay behind.
  const first = count - 1 - room;
  const last = means[first]!;
  let next = first + 1;
  while (next < count && means[next] === last) next++;
  return next === count ? 2 * last : (means[next]! + last) / 2;
}
