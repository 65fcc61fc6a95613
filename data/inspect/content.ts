/** The smallest and largest finite value of an array; null where it has none. */
export interface ValueRange {
  /** Smallest finite value; null where there is none. */
  readonly min: number | null;
  /** Largest finite value; null where there is none. */
  readonly max: number | null;
  /** Entries that are NaN or infinite. */
  readonly nonFinite: number;
}

/** One part of a file and what it holds. */
export interface ContentNode {
  /** Key, column or member. */
  readonly name: string;
  /** In words: "float32 [3, 2]", "dict of 5", "list of 3", a number, a text in quotes. */
  readonly what: string;
  /** Kind of its numbers. */
  readonly dtype?: string;
  /** Extents, outermost first. */
  readonly shape?: number[];
  /** Smallest and largest of its numbers. */
  readonly range?: ValueRange;
  /** What is inside it. */
  readonly children?: ContentNode[];
  /** How many children are left out. */
  readonly more?: number;
}

/** What a reader is asked for. */
export interface ContentOptions {
  /** Read the data too, for the ranges of the values; else headers alone where the format allows. */
  readonly values: boolean;
}

/** Finds the range of an array; one pass. */
export function rangeOf(data: ArrayLike<number | bigint>): ValueRange {
  let min = Infinity;
  let max = -Infinity;
  let nonFinite = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value - value !== 0) {
      nonFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? { min: null, max: null, nonFinite } : { min, max, nonFinite };
}

/** Describes an array of numbers; `data` is called only if values are wanted. */
export function arrayNode(
  name: string,
  { dtype, shape }: { dtype: string; shape: readonly number[] },
  data: (() => ArrayLike<number | bigint>) | null,
): ContentNode {
  return {
    name,
    what: `${dtype} [${shape.join(", ")}]`,
    dtype,
    shape: [...shape],
    ...data && { range: rangeOf(data()) },
  };
}
