/** Path, value, whether it fits, and what would. */
export type Test = readonly [path: string, value: unknown, fits: boolean, wanted: string];

/** No extent, count or factor of a model that can be made comes near it. */
const LARGEST = 1e9;

/** Whether a value is a number that can be computed with. */
const fits = (value: unknown, least = -LARGEST, most = LARGEST): boolean =>
  typeof value === "number" && value >= least && value <= most;

/** A whole number from `least` to `most`. */
export function whole(path: string, value: number, least = 1, most = LARGEST): Test {
  const from = `a whole number from ${least}${most < LARGEST ? ` to ${most}` : ""}`;
  return [path, value, Number.isSafeInteger(value) && fits(value, least, most), from];
}

/** A list of `length` whole numbers from 1 to `most`. */
export function wholes(
  path: string,
  values: readonly number[],
  length: number,
  most: number,
): Test {
  const fit = values.length === length &&
    values.every((value) => Number.isSafeInteger(value) && fits(value, 1, most));
  return [path, values, fit, `${length} whole numbers from 1 to ${most}`];
}

/** A number above 0. */
export function positive(path: string, value: number): Test {
  return [path, value, fits(value) && value > 0, "above 0"];
}

/** A number from 0 on. */
export function notNegative(path: string, value: number): Test {
  return [path, value, fits(value, 0), "0 or above"];
}

/** One of some values. */
export function oneOf(path: string, value: unknown, choices: readonly unknown[]): Test {
  return [path, value, choices.includes(value), `one of ${choices.join(", ")}`];
}

/** A number from 0 to below 1. */
export function share(path: string, value: number): Test {
  return [path, value, fits(value, 0) && value < 1, "from 0 to below 1"];
}

/** A list of so many numbers above 0. */
export function positives(path: string, values: readonly number[], length: number): Test {
  const fit = values.length === length && values.every((value) => fits(value) && value > 0);
  return [path, values, fit, `${length} numbers above 0`];
}

/** A list of so many numbers. */
export function numbers(path: string, values: readonly number[], length: number): Test {
  return [
    path,
    values,
    values.length === length && values.every((value) => fits(value)),
    `${length} numbers`,
  ];
}

/** Two numbers within limits, the smaller one first. */
export function ordered(
  path: string,
  values: readonly number[],
  [least, most]: readonly [number, number],
): Test {
  const fit = values.length === 2 && least <= values[0]! && values[0]! <= values[1]! &&
    values[1]! <= most;
  return [path, values, fit, `two numbers from ${least} to ${most}, the smaller one first`];
}
