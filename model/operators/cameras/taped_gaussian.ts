import { Taped } from "../../../data/cameras/scalars.ts";
import type { Arrays } from "../operator.ts";

/** Three numbers. */
export type Triple = readonly [Taped, Taped, Taped];

/** One Gaussian and the camera's pose, on a tape. */
export interface TapedGaussian {
  readonly tape: Taped[];
  readonly mean: Triple;
  readonly quaternion: readonly Taped[];
  readonly scale: Triple;
  readonly opacity: Taped;
  /** Rows of the matrix [3, 4] from world to camera. */
  readonly view: readonly (readonly Taped[])[];
  /** Columns of its rotation, from its quaternion made of length 1. */
  readonly axes: readonly Triple[];
}

/** Puts Gaussian `i` of an operator's arrays on a tape. */
export function tapedGaussian(
  { means, quats, scales, opacities, viewmat }: Arrays,
  i: number,
): TapedGaussian {
  const tape: Taped[] = [];
  const taken = (data: ArrayLike<number>, from: number, count: number) =>
    Array.from({ length: count }, (_, k) => Taped.variable(data[from + k]!, tape));
  const quaternion = taken(quats!.data, 4 * i, 4);
  const view = viewmat ? [0, 1, 2].map((row) => taken(viewmat.data, 4 * row, 4)) : [];
  return {
    tape,
    mean: taken(means!.data, 3 * i, 3) as unknown as Triple,
    quaternion,
    scale: taken(scales!.data, 3 * i, 3) as unknown as Triple,
    opacity: Taped.variable(opacities!.data[i]!, tape),
    view,
    axes: axesOf(quaternion),
  };
}

function axesOf(quaternion: readonly Taped[]): Triple[] {
  const squares = quaternion.map((part) => part.times(part));
  const length = squares.reduce((sum, square) => sum.plus(square)).sqrt();
  const [w, x, y, z] = quaternion.map((part) => part.over(length)) as [Taped, Taped, Taped, Taped];
  const twice = (a: Taped, b: Taped) => a.times(b).times(2);
  const one = (a: Taped, b: Taped) => twice(a, a).plus(twice(b, b)).times(-1).plus(1);
  return [
    [one(y, z), twice(x, y).plus(twice(w, z)), twice(x, z).minus(twice(w, y))],
    [twice(x, y).minus(twice(w, z)), one(x, z), twice(y, z).plus(twice(w, x))],
    [twice(x, z).plus(twice(w, y)), twice(y, z).minus(twice(w, x)), one(x, y)],
  ];
}

/** Sum of products. */
export function dot(a: readonly Taped[], b: readonly Taped[]): Taped {
  return a.map((value, k) => value.times(b[k]!)).reduce((sum, part) => sum.plus(part));
}

/** A point of the world in the frame of the camera. */
export function inCamera(view: TapedGaussian["view"], point: Triple): Triple {
  return view.map((row) => dot(row.slice(0, 3), point).plus(row[3]!)) as unknown as Triple;
}
