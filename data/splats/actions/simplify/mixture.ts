/** Numbers of one Gaussian in a `Mixture`: centre, covariance (xx xy xz yy yz zz), opacity, volume, colour. */
export const MEMBER = 14;

/** Where the numbers of a Gaussian stand. */
export const AT = { centre: 0, covariance: 3, opacity: 9, volume: 10, colour: 11 } as const;

/**
 * Integral of the product of two bells exp(-d / 2), without its factor (2 pi)^1.5: the square root of
 * |A| |B| / |A + B|, times exp(-m / 2), m the squared distance of the centres by A + B.
 */
export function overlap(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const p = i + AT.covariance;
  const q = j + AT.covariance;
  const xx = a[p]! + b[q]!;
  const xy = a[p + 1]! + b[q + 1]!;
  const xz = a[p + 2]! + b[q + 2]!;
  const yy = a[p + 3]! + b[q + 3]!;
  const yz = a[p + 4]! + b[q + 4]!;
  const zz = a[p + 5]! + b[q + 5]!;
  const cx = yy * zz - yz * yz;
  const cy = xz * yz - xy * zz;
  const cz = xy * yz - xz * yy;
  const determinant = xx * cx + xy * cy + xz * cz;
  if (!(determinant > 0)) return 0;
  const x = a[i]! - b[j]!;
  const y = a[i + 1]! - b[j + 1]!;
  const z = a[i + 2]! - b[j + 2]!;
  const distance = (x * x * cx + y * y * (xx * zz - xz * xz) + z * z * (xx * yy - xy * xy) +
    2 * (x * y * cy + x * z * cz + y * z * (xy * xz - xx * yz))) / determinant;
  return a[i + AT.volume]! * b[j + AT.volume]! / Math.sqrt(determinant) * Math.exp(-0.5 * distance);
}

/** Writes the Gaussian with the mass, centre and covariance of two together, their colours mixed by mass. */
export function merge(all: Float64Array, i: number, j: number, out: Float64Array): void {
  const [one, other] = [massOf(all, i), massOf(all, j)];
  const total = one + other;
  const share = total > 0 ? one / total : 0.5;
  const rest = 1 - share;
  for (const from of [AT.centre, AT.colour]) {
    for (let k = from; k < from + 3; k++) out[k] = share * all[i + k]! + rest * all[j + k]!;
  }
  for (let row = 0, k = AT.covariance; row < 3; row++) {
    for (let column = row; column < 3; column++, k++) {
      const away = (all[i + row]! - all[j + row]!) * (all[i + column]! - all[j + column]!);
      out[k] = share * all[i + k]! + rest * all[j + k]! + share * rest * away;
    }
  }
  out[AT.volume] = volumeOf(out, 0);
  // Nothing is more than opaque: what two of them hide behind each other is given up.
  out[AT.opacity] = out[AT.volume]! > 0 ? Math.min(1, total / out[AT.volume]!) : 0;
}

function massOf(all: Float64Array, i: number): number {
  return all[i + AT.opacity]! * all[i + AT.volume]!;
}

/** The square root of a covariance's determinant: the product of the standard deviations. */
export function volumeOf(all: Float64Array, i: number): number {
  const k = i + AT.covariance;
  const [xx, xy, xz] = [all[k]!, all[k + 1]!, all[k + 2]!];
  const [yy, yz, zz] = [all[k + 3]!, all[k + 4]!, all[k + 5]!];
  const determinant = xx * (yy * zz - yz * yz) + xy * (xz * yz - xy * zz) +
    xz * (xy * yz - xz * yy);
  return Math.sqrt(Math.max(0, determinant));
}

/**
 * What is lost by one Gaussian in place of two: the squared difference of their opacities and colours,
 * summed over space, over the square of the two, 0 (nothing) to about 1.
 */
export function mergeError(
  all: Float64Array,
  i: number,
  j: number,
  merged: Float64Array,
): number {
  const aa = overlap(all, i, all, i);
  const bb = overlap(all, j, all, j);
  const ab = overlap(all, i, all, j);
  const mm = overlap(merged, 0, merged, 0);
  const am = overlap(all, i, merged, 0);
  const bm = overlap(all, j, merged, 0);
  let lost = 0;
  let whole = 0;
  for (let channel = -1; channel < 3; channel++) {
    const a = all[i + AT.opacity]! * (channel < 0 ? 1 : all[i + AT.colour + channel]!);
    const b = all[j + AT.opacity]! * (channel < 0 ? 1 : all[j + AT.colour + channel]!);
    const m = merged[AT.opacity]! * (channel < 0 ? 1 : merged[AT.colour + channel]!);
    const before = a * a * aa + 2 * a * b * ab + b * b * bb;
    whole += before;
    lost += before + m * m * mm - 2 * m * (a * am + b * bm);
  }
  return whole > 0 ? Math.max(0, lost) / whole : 0;
}
