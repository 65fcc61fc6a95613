import type { F64 } from "../../support.ts";
import { scalar } from "./cross_entropy.ts";

/** Mean of |x - target| |mask| over all values. */
export function l1(x: F64, target: F64, mask?: F64): F64 {
  const sum = x.data.reduce(
    (total, value, i) =>
      total + Math.abs(value - target.data[i]!) * Math.abs(mask ? mask.data[i]! : 1),
    0,
  );
  return scalar(sum / x.data.length);
}
