import { PhiloxStream } from "../../../data/philox.ts";
import { allocateSplats, type ShDegree, type Splats } from "../../../data/splats/splats.ts";

/** Random Gaussians with values as training leaves them: within ±4 m, scales 1e-4 to 1, unnormalised rotations. */
export function madeUpSplats(count: number, degree: ShDegree, seed = 1): Splats {
  const random = new PhiloxStream(seed);
  const fill = (column: Float32Array, low: number, high: number) => {
    for (let i = 0; i < column.length; i++) column[i] = random.uniform(low, high);
  };
  const splats = allocateSplats(count, degree);
  fill(splats.positions, -4, 4);
  fill(splats.logScales, -9, 0);
  fill(splats.quaternions, -2, 2);
  fill(splats.opacities, -5, 5);
  fill(splats.shDc, -1.7, 1.7);
  fill(splats.shRest, -0.9, 0.9);
  return splats;
}

/** Largest difference of two columns, after `order` of the second (row `i` stands at `order[i]`). */
export function largestError(
  a: Float32Array,
  b: Float32Array,
  { width, order, of = (value) => value }: {
    width: number;
    order?: Uint32Array;
    of?: (value: number) => number;
  },
): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i * width < a.length; i++) {
    const from = width * (order ? order[i]! : i);
    for (let k = 0; k < width; k++) {
      const error = Math.abs(of(a[from + k]!) - of(b[i * width + k]!));
      largest = Math.max(largest, Number.isNaN(error) ? Infinity : error);
    }
  }
  return largest;
}

/** Largest angle between the rotations of two quaternion columns, in radians. */
export function largestAngle(a: Float32Array, b: Float32Array, order?: Uint32Array): number {
  let largest = 0;
  for (let i = 0; 4 * i < a.length; i++) {
    const p = a.subarray(4 * (order ? order[i]! : i)).subarray(0, 4);
    const q = b.subarray(4 * i, 4 * i + 4);
    const length = Math.hypot(...p) * Math.hypot(...q);
    const dot = p.reduce((sum, value, k) => sum + value * q[k]!, 0) / length;
    largest = Math.max(largest, 2 * Math.acos(Math.min(1, Math.abs(dot))));
  }
  return largest;
}
