/** Where the elements of an array lie in a longer one, in elements (not bytes). */
export interface StridedLayout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset?: number;
  /** Entries per element, 2 for complex numbers. */
  readonly width?: number;
}

/** Any array that can be read and written by index. */
export interface Indexed<T> {
  readonly length: number;
  [index: number]: T;
}

/** Strides of an array whose first index runs fastest (Fortran order). */
export function fortranStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((size) => {
    const stride = step;
    step *= size;
    return stride;
  });
}

/** Strides of an array whose last index runs fastest (C order). */
export function contiguousStrides(shape: readonly number[]): number[] {
  return fortranStrides([...shape].reverse()).reverse();
}

/** Says whether a layout is already C order, so that no element need move; axes of size 1 do not matter. */
export function isContiguous({ shape, strides }: StridedLayout): boolean {
  if (shape.includes(0)) return true;
  const expected = contiguousStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/** Copies a strided array into `target` in C order; the caller has checked that it stays in range. */
export function copyStrided<T>(
  source: Indexed<T>,
  target: Indexed<T>,
  { shape, strides, offset = 0, width = 1 }: StridedLayout,
): void {
  if (shape.includes(0)) return;
  const axes = shape.length;
  const inner = axes ? shape[axes - 1] : 1;
  const innerStride = axes ? strides[axes - 1]! * width : 0;
  const index = new Array<number>(axes).fill(0);
  let row = offset * width;
  let written = 0;
  while (true) {
    for (let i = 0, from = row; i < inner!; i++, from += innerStride) {
      for (let part = 0; part < width; part++) target[written++] = source[from + part]!;
    }
    let axis = axes - 2;
    for (; axis >= 0; axis--) {
      row += strides[axis]! * width;
      if (++index[axis]! < shape[axis]!) break;
      row -= strides[axis]! * width * shape[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}
