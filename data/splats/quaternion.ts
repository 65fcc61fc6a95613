/**
 * Writes the quaternion (w, x, y, z) of Gaussian `i` at length one into `out`; one without a direction
 * (zero, NaN or infinite) becomes the identity.
 */
export function normalised(quaternions: Float32Array, i: number, out: Float64Array): Float64Array {
  let square = 0;
  for (let k = 0; k < 4; k++) {
    out[k] = quaternions[4 * i + k]!;
    square += out[k]! * out[k]!;
  }
  const length = Math.sqrt(square);
  if (!(length > 0 && length < Infinity)) return setIdentity(out);
  for (let k = 0; k < 4; k++) out[k] = out[k]! / length;
  return out;
}

/** Makes `out` the quaternion of no rotation. */
export function setIdentity(out: Float64Array): Float64Array {
  out.fill(0);
  out[0] = 1;
  return out;
}

/**
 * Turns a unit quaternion so that its largest component is positive (the same rotation) and returns
 * which one that is; the others then lie within ±sqrt(1/2).
 */
export function largestFirst(q: Float64Array): number {
  let largest = 0;
  for (let k = 1; k < 4; k++) if (Math.abs(q[k]!) > Math.abs(q[largest]!)) largest = k;
  if (q[largest]! < 0) { for (let k = 0; k < 4; k++) q[k] = -q[k]!; }
  return largest;
}

/** Fills in component `largest` of a quaternion of length one from the other three. */
export function restoreLargest(q: Float64Array, largest: number): void {
  let square = 0;
  for (let k = 0; k < 4; k++) if (k !== largest) square += q[k]! * q[k]!;
  q[largest] = Math.sqrt(Math.max(0, 1 - square));
}
