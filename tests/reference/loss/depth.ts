import type { F64 } from "../../support.ts";

/** 1 / x beyond the least, by magnitude where either sign will do; else 0. */
export function disparity(
  x: F64,
  { least = 0, either = false }: { least?: number; either?: boolean } = {},
): F64 {
  const data = x.data.map((value) => (either ? Math.abs(value) : value) > least ? 1 / value : 0);
  return { shape: x.shape, data };
}

/** Mean of |1 / x - 1 / y|; 0 for what is 0 or below. */
export function disparityL1(x: F64, y: F64): F64 {
  const [a, b] = [disparity(x).data, disparity(y).data];
  return one(a.reduce((total, value, i) => total + Math.abs(value - b[i]!), 0) / a.length);
}

/** The same over the pixels of a mask that both have a depth in. */
export function binocularL1(x: F64, y: F64, mask: F64): F64 {
  let [total, count] = [0, 0];
  x.data.forEach((value, i) => {
    if (!mask.data[i] || Math.abs(value) <= 1e-7 || Math.abs(y.data[i]!) <= 1e-7) return;
    total += Math.abs(1 / value - 1 / y.data[i]!);
    count++;
  });
  return one(count ? total / count : 0);
}

/** 1 - Pearson's correlation over the pixels of a mask. */
export function pearsonLoss(x: F64, y: F64, mask: F64): F64 {
  const rows = [...x.data.keys()].filter((i) => mask.data[i]);
  const mean = ({ data }: F64) => rows.reduce((total, i) => total + data[i]!, 0) / rows.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const i of rows) {
    const [a, b] = [x.data[i]! - mx, y.data[i]! - my];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return one(1 - xy / Math.sqrt(xx * yy));
}

/** Mean of |x - y| over the values that a mask counts. */
export function maskedL1(x: F64, y: F64, mask: F64): F64 {
  let [total, count] = [0, 0];
  x.data.forEach((value, i) => {
    const counts = mask.data[i % mask.data.length]!;
    total += counts * Math.abs(value - y.data[i]!);
    count += counts;
  });
  return one(count ? total / count : 0);
}

function one(value: number): F64 {
  return { shape: [], data: Float64Array.of(value) };
}

/** Mean of max(0, far - near + 0.0001) over pairs of which both count. */
export function ordinal(
  depth: F64,
  near: readonly number[],
  far: readonly number[],
  mask: F64 | null,
): F64 {
  let [sum, count] = [0, 0];
  near.forEach((at, i) => {
    const counts = mask ? mask.data[at]! * mask.data[far[i]!]! : 1;
    sum += counts * Math.max(0, depth.data[far[i]!]! - depth.data[at]! + 1e-4);
    count += counts;
  });
  return { shape: [], data: Float64Array.of(count ? sum / count : 0) };
}
