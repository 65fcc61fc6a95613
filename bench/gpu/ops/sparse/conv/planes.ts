import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";

/** Full planes of cells, three cells apart: 25 of 125 taps find a neighbour, as in a street scene. */
export interface Planes {
  x: number;
  y: number;
  planes: number;
  channels: number;
}

/** 6400, 25 600 and 144 000 Gaussians of the model's presets. */
export const PLANES: readonly Planes[] = [
  { x: 80, y: 80, planes: 1, channels: 128 },
  { x: 160, y: 160, planes: 1, channels: 128 },
  { x: 200, y: 180, planes: 4, channels: 128 },
];

/** For software adapters. */
export const SMALL_PLANES: readonly Planes[] = [
  { x: 32, y: 32, planes: 1, channels: 32 },
  { x: 80, y: 80, planes: 1, channels: 64 },
];

/** For tests. */
export const TINY_PLANE: Planes = { x: 5, y: 4, planes: 1, channels: 4 };

/** Cells of the grid of the presets with half-metre cells. */
export const GRID = { shape: [200, 200, 16] };

/** Number of rows. */
export function rowsOf({ x, y, planes }: Planes): number {
  return x * y * planes;
}

/** Pairs of a kernel of 5^3 taps. */
export function pairsOf({ x, y, planes }: Planes): number {
  return planes * (5 * x - 6) * (5 * y - 6);
}

/** The cells, i32 [rows, 3], in no order. */
export function cellsOf(gpu: Gpu, size: Planes): Tensor {
  const rows = rowsOf(size);
  const cells = new Int32Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    // A step that shares no factor with the numbers of rows above visits every cell once.
    const cell = row * 7919 % rows;
    cells[3 * row] = cell % size.x;
    cells[3 * row + 1] = Math.floor(cell / size.x) % size.y;
    cells[3 * row + 2] = 3 * Math.floor(cell / (size.x * size.y));
  }
  return Tensor.from(gpu, cells, [rows, 3]);
}
