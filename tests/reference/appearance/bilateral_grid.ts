import type { F64 } from "../../support.ts";

/** A picture [3, height, width] through grid `index` of [grids, 12, levels, rows, columns], in doubles. */
export function bilateralSlice(image: F64, grids: F64, index: number): F64 {
  const [, height, width] = image.shape as [number, number, number];
  const [, , levels, rows, columns] = grids.shape as [number, number, number, number, number];
  const pixels = width * height;
  const y = new Float64Array(3 * pixels);
  const entry = (channel: number, z: number, row: number, column: number) =>
    grids.data[(((12 * index + channel) * levels + z) * rows + row) * columns + column]!;
  for (let n = 0; n < pixels; n++) {
    const c = [0, 1, 2].map((k) => image.data[k * pixels + n]!);
    const at = [
      (n % width + 0.5) / width,
      (Math.floor(n / width) + 0.5) / height,
      0.299 * c[0]! + 0.587 * c[1]! + 0.114 * c[2]!,
    ].map((v, axis) => Math.min(1, Math.max(0, v)) * ([columns, rows, levels][axis]! - 1));
    const near = (axis: number, node: number) => Math.max(0, 1 - Math.abs(at[axis]! - node));
    for (let k = 0; k < 3; k++) {
      for (let j = 0; j < 4; j++) {
        let value = 0;
        for (let z = 0; z < levels; z++) {
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              const weight = near(0, column) * near(1, row) * near(2, z);
              if (weight) value += weight * entry(4 * k + j, z, row, column);
            }
          }
        }
        y[k * pixels + n]! += value * (j < 3 ? c[j]! : 1);
      }
    }
  }
  return { shape: image.shape, data: y };
}

/** Mean squared differences of neighbours along each of the last three axes, added up. */
export function totalVariation(grids: F64): F64 {
  const extents = grids.shape.slice(2);
  let total = 0;
  extents.forEach((extent, axis) => {
    const step = extents.slice(axis + 1).reduce((a, b) => a * b, 1);
    const differences: number[] = [];
    grids.data.forEach((value, n) => {
      if (Math.floor(n / step) % extent + 1 < extent) {
        differences.push(grids.data[n + step]! - value);
      }
    });
    if (differences.length) {
      total += differences.reduce((sum, d) => sum + d * d, 0) / differences.length;
    }
  });
  return { shape: [], data: Float64Array.of(total) };
}
