import { sizeOf } from "../../tensor.ts";

/** Axes that a strided kernel walks, last first and merged where possible, with strides per operand. */
export interface StridedPlan {
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

const MAX_AXES = 6;

/** The shape that two or more shapes broadcast to as in NumPy. */
export function broadcastShape(op: string, ...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const extent = extents.find((value) => value !== 1) ?? 1;
    if (extents.some((value) => value !== 1 && value !== extent)) {
      throw new RangeError(
        `Cannot run ${op}: shapes [${shapes.join("] and [")}] do not broadcast at axis ${axis}`,
      );
    }
    return extent;
  });
}

/** Row-major strides of a shape, 0 along axes of extent 1. */
export function stridesOf(shape: readonly number[]): number[] {
  let stride = 1;
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = shape[axis] === 1 ? 0 : stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** How to walk `shape` in operands of shapes that broadcast to it. */
export function broadcastPlan(
  op: string,
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): StridedPlan {
  const strides = operands.map((operand) => [
    ...new Array<number>(shape.length - operand.length).fill(0),
    ...stridesOf(operand),
  ]);
  return stridedPlan(op, shape, strides);
}

/** Drops axes of extent 1 and merges neighbours that every operand steps through evenly. */
export function stridedPlan(
  op: string,
  shape: readonly number[],
  strides: readonly (readonly number[])[],
): StridedPlan {
  const extents: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    const last = extents.length - 1;
    if (last >= 0 && strides.every((s, j) => s[axis] === merged[j]![last]! * extents[last]!)) {
      extents[last]! *= extent;
    } else {
      extents.push(extent);
      strides.forEach((s, j) => merged[j]!.push(s[axis]!));
    }
  }
  if (!extents.length) {
    extents.push(1);
    for (const list of merged) list.push(0);
  }
  if (extents.length > MAX_AXES) {
    throw new RangeError(
      `Cannot run ${op}: [${shape}] has ${extents.length} axes to walk, at most ${MAX_AXES} are possible`,
    );
  }
  return { extents, strides: merged };
}

/** A list of up to six numbers as the two vectors that `strided.wgsl` takes. */
export function innerOuter(values: readonly number[]): [number[], number[]] {
  const padded = [...values, 0, 0, 0, 0, 0, 0];
  return [padded.slice(0, 4), padded.slice(4, 6)];
}

/** Ways for four neighbours of a result to find their operands; the cases of the kernels' switch. */
export const FETCH = {
  same: 0,
  scalar: 1,
  vectors: 2,
  spread: 3,
  periodic: 4,
  strided: 5,
} as const;

/** How an operand is read: value k of the result comes from (k / divide) % modulo, or by strides. */
export interface Fetch {
  readonly mode: number;
  readonly divide: number;
  readonly modulo: number;
}

/** Picks the cheapest way to read operand `j` of a plan. */
export function fetchOf({ extents, strides }: StridedPlan, j: number): Fetch {
  const own = strides[j]!;
  const first = own.findIndex((stride) => stride !== 0);
  if (first < 0) {
    const whole = sizeOf(extents) === 1;
    return { mode: whole ? FETCH.same : FETCH.scalar, divide: 1, modulo: 1 };
  }
  let last = first;
  let expected = 1;
  while (last < own.length && own[last] === expected) expected *= extents[last++]!;
  const divide = sizeOf(extents.slice(0, first));
  const modulo = expected;
  const gaps = last === first || own.slice(last).some((stride) => stride !== 0);
  if (gaps) return { mode: FETCH.strided, divide: 1, modulo: 1 };
  if (first === 0 && last === own.length) return { mode: FETCH.same, divide: 1, modulo };
  if (divide === 1 && modulo % 4 === 0) return { mode: FETCH.vectors, divide, modulo };
  if (divide % 4 === 0) return { mode: FETCH.spread, divide, modulo };
  return { mode: FETCH.periodic, divide, modulo };
}
