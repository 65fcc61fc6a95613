import ndarray from "ndarray";
import { elementType, type TypedArray } from "./dtype.ts";
import type { NdArray } from "./nd_array.ts";

/** The part of a view of the package "ndarray" that its users call. */
export interface NdarrayView {
  /** The numbers that it looks at, shared with the array. */
  readonly data: TypedArray;
  /** Extents, outermost first. */
  readonly shape: number[];
  /** Entries of `data` from one index to the next, an axis each. */
  readonly stride: number[];
  /** Where in `data` it begins. */
  readonly offset: number;
  /** Kind of its numbers, as the package names it. */
  readonly dtype: string;
  /** How many numbers it has. */
  readonly size: number;
  /** One number. */
  get(...index: number[]): number;
  /** Overwrites one number. */
  set(...indexAndValue: number[]): number;
  /** Fixes the axes whose index is given. */
  pick(...index: (number | null)[]): NdarrayView;
  /** Drops what is before an index, an axis each. */
  lo(...index: number[]): NdarrayView;
  /** Drops what is from an index on, an axis each. */
  hi(...index: number[]): NdarrayView;
  /** Takes every so manieth, an axis each; backwards below 0. */
  step(...steps: number[]): NdarrayView;
  /** Orders the axes anew. */
  transpose(...axes: number[]): NdarrayView;
}

/**
 * Looks at an array through the package "ndarray": slices, steps and transposes that copy nothing.
 * Complex arrays get a last axis of size 2.
 */
export function toNdarray(array: NdArray): NdarrayView {
  const { width } = elementType(array.dtype);
  return ndarray(array.data, width === 2 ? [...array.shape, 2] : array.shape);
}
