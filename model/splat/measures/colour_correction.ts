/** Rounds of the quadratic fit. */
const ROUNDS = 5;
/** Values nearer to 0 or 1 than half a step of 8 bits are taken to be clipped. */
const CLIPPED = 0.5 / 255;

/**
 * A picture with the colours of a reference, per channel: the reference is fitted to the picture by
 * a line, and the line is taken back. Values `[pixels, 3]` in [0, 1], or `[3, pixels]` as `planes`; the
 * result is clipped. Where `counts` is given, the fit is over the pixels that it has 1 for. Measures of
 * held-out views whose exposure cannot be known are taken of this ("cc_" in gsplat).
 */
export function correctAffine(
  image: ArrayLike<number>,
  reference: ArrayLike<number>,
  { planes = false, counts = null }: {
    readonly planes?: boolean;
    readonly counts?: ArrayLike<number> | null;
  } = {},
): Float64Array {
  const pixels = image.length / 3;
  const corrected = new Float64Array(image.length);
  const [step, stride] = planes ? [1, pixels] : [3, 1];
  let number = 0;
  for (let i = 0; i < pixels; i++) number += counts ? counts[i]! : 1;
  for (let channel = 0; channel < 3; channel++) {
    const first = channel * stride;
    let meanImage = 0, meanReference = 0;
    for (let i = 0; i < pixels; i++) {
      if (counts && !counts[i]) continue;
      meanImage += image[first + i * step]! / number;
      meanReference += reference[first + i * step]! / number;
    }
    let covariance = 0, variance = 0;
    for (let i = 0; i < pixels; i++) {
      if (counts && !counts[i]) continue;
      const away = reference[first + i * step]! - meanReference;
      covariance += away * (image[first + i * step]! - meanImage) / number;
      variance += away * away / number;
    }
    const slope = covariance / Math.max(variance, 1e-8);
    const offset = meanImage - slope * meanReference;
    const divisor = Math.abs(slope) < 1e-8 ? 1 : slope;
    for (let i = 0; i < pixels; i++) {
      corrected[first + i * step] = clip((image[first + i * step]! - offset) / divisor);
    }
  }
  return corrected;
}

/**
 * The same by a quadratic form of red, green and blue for each channel, fitted five times over by least
 * squares to the pixels that are clipped nowhere.
 */
export function correctQuadratic(
  image: ArrayLike<number>,
  reference: ArrayLike<number>,
): Float64Array {
  let current = Float64Array.from(image);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(current.length);
    for (let channel = 0; channel < 3; channel++) {
      const weights = fit(image, current, reference, channel);
      const terms = new Float64Array(10);
      for (let i = 0; i < current.length; i += 3) {
        quadraticTerms(current, i, terms);
        let sum = 0;
        for (let term = 0; term < 10; term++) sum += weights[term]! * terms[term]!;
        next[i + channel] = clip(sum);
      }
    }
    current = next;
  }
  return current;
}

function fit(
  image: ArrayLike<number>,
  current: Float64Array,
  reference: ArrayLike<number>,
  channel: number,
): Float64Array {
  const normal = Array.from({ length: 10 }, () => new Float64Array(11));
  const terms = new Float64Array(10);
  for (let i = 0; i < current.length; i += 3) {
    const at = i + channel;
    if (!(within(image[at]!) && within(current[at]!) && within(reference[at]!))) continue;
    quadraticTerms(current, i, terms);
    for (let row = 0; row < 10; row++) {
      for (let column = 0; column < 10; column++) {
        normal[row]![column]! += terms[row]! * terms[column]!;
      }
      normal[row]![10]! += terms[row]! * reference[at]!;
    }
  }
  return solve(normal);
}

/** rr rg rb gg gb bb r g b 1. */
function quadraticTerms(colours: ArrayLike<number>, at: number, terms: Float64Array): void {
  const r = colours[at]!, g = colours[at + 1]!, b = colours[at + 2]!;
  terms.set([r * r, r * g, r * b, g * g, g * b, b * b, r, g, b, 1]);
}

/** Gauss's elimination with pivots; unknowns that nothing tells of become 0. */
function solve(rows: Float64Array[]): Float64Array {
  const unknowns = rows.length;
  const largest = Math.max(...rows.map((row, i) => Math.abs(row[i]!)));
  const pivots: number[] = [];
  for (let column = 0; column < unknowns; column++) {
    let pivot = pivots.length;
    for (let row = pivot + 1; row < unknowns; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    const chosen = rows[pivot];
    if (!chosen || Math.abs(chosen[column]!) <= 1e-13 * largest) continue;
    [rows[pivots.length], rows[pivot]] = [chosen, rows[pivots.length]!];
    for (const row of rows) {
      if (row === chosen) continue;
      const factor = row[column]! / chosen[column]!;
      for (let i = column; i <= unknowns; i++) row[i]! -= factor * chosen[i]!;
    }
    pivots.push(column);
  }
  const solution = new Float64Array(unknowns);
  pivots.forEach((column, row) => {
    solution[column] = rows[row]![unknowns]! / rows[row]![column]!;
  });
  return solution;
}

function within(value: number): boolean {
  return value >= CLIPPED && value <= 1 - CLIPPED;
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
