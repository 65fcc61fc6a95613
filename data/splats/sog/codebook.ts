/** Values that stand for others, ascending, and the index of the nearest for each of those. */
export interface Codebook {
  readonly entries: Float32Array;
  readonly indices: Uint8Array;
}

const ROUNDS = 20;

/**
 * Finds `size` (at most 256) values of small squared error for finite `values`: k-means in one
 * dimension, exact where no more than `size` values differ. The same input gives the same output.
 */
export function buildCodebook(values: Float32Array, size: number): Codebook {
  const sorted = values.slice().sort();
  const entries = distinct(sorted, size) ?? settle(sorted, startingEntries(sorted, size));
  const indices = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) indices[i] = nearest(entries, values[i]!);
  return { entries, indices };
}

/** Moves each entry to the mean of the values nearest to it, until nothing moves. */
function settle(sorted: Float32Array, start: Float32Array): Float32Array {
  const size = start.length;
  let entries = start;
  // Sums of all values before each, so that a round costs no pass over the values.
  const sums = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = sums[i]! + sorted[i]!;
  for (let round = 0; round < ROUNDS; round++) {
    const moved = new Float32Array(size);
    let begin = 0;
    for (let k = 0; k < size; k++) {
      const border = k + 1 < size ? (entries[k]! + entries[k + 1]!) / 2 : Infinity;
      const end = firstAbove(sorted, border);
      moved[k] = end > begin ? (sums[end]! - sums[begin]!) / (end - begin) : entries[k]!;
      begin = end;
    }
    if (moved.every((value, k) => value === entries[k])) break;
    entries = moved;
  }
  return entries;
}

/** The values themselves where they fit, the last one repeated; undefined where they do not. */
function distinct(sorted: Float32Array, size: number): Float32Array | undefined {
  const entries = new Float32Array(size);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    if (count === size) return undefined;
    entries[count++] = sorted[i]!;
  }
  return entries.fill(entries[Math.max(0, count - 1)]!, count);
}

const KNOTS = 4096;

/**
 * Entries as dense as the cube root of the values' own density, which is the best for many entries
 * (Panter and Dite 1951): each gap between knots at even ranks counts with its 2/3rd power.
 */
function startingEntries(sorted: Float32Array, size: number): Float32Array {
  const knot = (j: number) => sorted[Math.round(j / KNOTS * (sorted.length - 1))]!;
  const before = new Float64Array(KNOTS + 1);
  for (let j = 0; j < KNOTS; j++) before[j + 1] = before[j]! + (knot(j + 1) - knot(j)) ** (2 / 3);
  const total = before[KNOTS]!;
  const entries = new Float32Array(size);
  for (let k = 0, j = 0; k < size; k++) {
    const wanted = (k + 0.5) / size * total;
    while (j < KNOTS - 1 && before[j + 1]! < wanted) j++;
    const share = (wanted - before[j]!) / (before[j + 1]! - before[j]!);
    entries[k] = knot(j) + Math.min(1, share) * (knot(j + 1) - knot(j));
  }
  return entries;
}

/** Index of the first sorted value above `border`. */
function firstAbove(sorted: Float32Array, border: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > border) high = middle;
    else low = middle + 1;
  }
  return low;
}

function nearest(entries: Float32Array, value: number): number {
  const above = firstAbove(entries, value);
  if (above === 0) return 0;
  if (above === entries.length) return above - 1;
  return value - entries[above - 1]! <= entries[above]! - value ? above - 1 : above;
}
