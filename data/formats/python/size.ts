import type { PythonValue } from "./operations.ts";

/** Values may be nested so deep; the deepest real configuration has 8 levels. */
export const DEEPEST = 100;
/** So many values may hang on a name, each counted as often as it occurs; real ones have 500. */
export const LARGEST = 100_000;

/**
 * How many values a value consists of, each counted as often as it occurs; shared ones are visited
 * once. Throws a RangeError for more than `LARGEST`, or deeper than `DEEPEST`, as in a list in itself.
 */
export function sizeOfValue(value: PythonValue): number {
  const known = new Map<object, number>();
  const visit = (value: PythonValue, depth: number): number => {
    if (typeof value !== "object" || value === null) return 1;
    const before = known.get(value);
    if (before !== undefined) return before;
    if (depth > DEEPEST) throw new RangeError(`values are nested deeper than ${DEEPEST}`);
    let count = 1;
    for (const part of Object.values(value)) count += visit(part, depth + 1);
    known.set(value, count);
    return count;
  };
  const count = visit(value, 1);
  if (count > LARGEST) {
    throw new RangeError(`${count} values hang on one name, at most ${LARGEST} are read`);
  }
  return count;
}
