import type { F64 } from "../../support.ts";

/** A row read, through a tap, for a row written. */
export interface Pair {
  tap: number;
  input: number;
  output: number;
}

/** Grid and kernel of a sparse convolution. */
export interface Grid {
  shape: readonly number[];
  kernelSize: number;
}

/** First row in the same cell, for each row; cells [rows, 3 or 4]. */
export function representatives(cells: ArrayLike<number>, axes: number): number[] {
  const first = new Map<string, number>();
  return Array.from({ length: cells.length / axes }, (_, row) => {
    const key = cellOf(cells, axes, row).join();
    if (!first.has(key)) first.set(key, row);
    return first.get(key)!;
  });
}

/** Pairs of a submanifold convolution, tap by tap, by the rule of either mode. */
export function sparsePairs(
  cells: ArrayLike<number>,
  axes: number,
  { shape, kernelSize }: Grid,
  mode: "native" | "gather" = "native",
): Pair[] {
  const rows = cells.length / axes;
  const taps = kernelSize ** 3;
  const center = (taps - 1) / 2;
  const inside = (cell: number[]) =>
    shape.every((extent, i) => cell[i + 1]! >= 0 && cell[i + 1]! < extent);
  const first = new Map<string, number>();
  representatives(cells, axes).forEach((row) => first.set(cellOf(cells, axes, row).join(), row));
  const neighbour = (row: number, tap: number, sign: number) => {
    const cell = cellOf(cells, axes, row);
    if (!inside(cell)) return undefined;
    const offset = [tap / kernelSize ** 2, tap / kernelSize % kernelSize, tap % kernelSize]
      .map((t) => Math.floor(t) - (kernelSize - 1) / 2);
    const read = [cell[0]!, ...offset.map((o, i) => cell[i + 1]! + sign * o)];
    return inside(read) ? first.get(read.join()) : undefined;
  };
  const pairs: Pair[] = [];
  for (let tap = 0; tap < taps; tap++) {
    for (let row = 0; row < rows; row++) {
      if (tap === center) pairs.push({ tap, input: row, output: row });
      else if (tap < center && mode === "native") {
        const output = neighbour(row, tap, -1);
        if (output !== undefined) pairs.push({ tap, input: row, output });
      } else {
        const input = neighbour(row, tap, 1);
        if (input !== undefined) pairs.push({ tap, input, output: row });
      }
    }
  }
  return pairs;
}

/** Sparse convolution over given pairs, in doubles: weight [outputs, kx, ky, kz, inputs]. */
export function sparseConv3d(x: F64, weight: F64, bias: F64 | null, pairs: readonly Pair[]): F64 {
  const [rows, inputs] = x.shape as [number, number];
  const outputs = weight.shape[0]!;
  const taps = weight.shape[1]! * weight.shape[2]! * weight.shape[3]!;
  const y = new Float64Array(rows * outputs);
  for (let i = 0; bias && i < y.length; i++) y[i] = bias.data[i % outputs]!;
  for (const { tap, input, output } of pairs) {
    for (let n = 0; n < outputs; n++) {
      for (let k = 0; k < inputs; k++) {
        y[output * outputs + n]! += weight.data[(n * taps + tap) * inputs + k]! *
          x.data[input * inputs + k]!;
      }
    }
  }
  return { shape: [rows, outputs], data: y };
}

/** Gradients of features and weight over the same pairs, in doubles. */
export function sparseConv3dBackward(
  x: F64,
  weight: F64,
  dy: F64,
  pairs: readonly Pair[],
): { dx: Float64Array; dweight: Float64Array } {
  const [inputs, outputs] = [x.shape[1]!, weight.shape[0]!];
  const taps = weight.data.length / (inputs * outputs);
  const dx = new Float64Array(x.data.length);
  const dweight = new Float64Array(weight.data.length);
  for (const { tap, input, output } of pairs) {
    for (let n = 0; n < outputs; n++) {
      const upstream = dy.data[output * outputs + n]!;
      for (let k = 0; k < inputs; k++) {
        const at = (n * taps + tap) * inputs + k;
        dx[input * inputs + k]! += weight.data[at]! * upstream;
        dweight[at]! += x.data[input * inputs + k]! * upstream;
      }
    }
  }
  return { dx, dweight };
}

function cellOf(cells: ArrayLike<number>, axes: number, row: number): number[] {
  const cell = Array.from({ length: axes }, (_, i) => cells[row * axes + i]!);
  return axes === 3 ? [0, ...cell] : cell;
}

/**
 * Pairs by the native rule on the grid of GaussianFormer's first release: its size is the largest index
 * of each axis, and rows are found by their cell's number in it.
 */
export function legacyPairs(cells: ArrayLike<number>, kernelSize: number): Pair[] {
  const rows = cells.length / 3;
  const cell = (row: number) => [0, 1, 2].map((axis) => cells[3 * row + axis]!);
  const size = [0, 1, 2].map((axis) =>
    Math.max(...Array.from({ length: rows }, (_, row) => cell(row)[axis]!))
  );
  const number = ([x = 0, y = 0, z = 0]: number[]) => (x * size[1]! + y) * size[2]! + z;
  const first = new Map<number, number>();
  for (let row = rows - 1; row >= 0; row--) first.set(number(cell(row)), row);
  const half = (kernelSize - 1) / 2;
  const found = (row: number, tap: number, sign: number) => {
    const offset = [tap / kernelSize ** 2, tap / kernelSize % kernelSize, tap % kernelSize]
      .map((t) => Math.floor(t) - half);
    const read = cell(row).map((c, axis) => c + sign * offset[axis]!);
    return read.every((c, axis) => c >= 0 && c < size[axis]!) ? first.get(number(read)) : undefined;
  };
  const taps = kernelSize ** 3;
  const center = (taps - 1) / 2;
  const pairs: Pair[] = [];
  for (let tap = 0; tap < taps; tap++) {
    for (let row = 0; row < rows; row++) {
      const other = tap === center ? row : found(row, tap, tap < center ? -1 : 1);
      if (other === undefined) continue;
      pairs.push(
        tap < center ? { tap, input: row, output: other } : { tap, input: other, output: row },
      );
    }
  }
  return pairs;
}
