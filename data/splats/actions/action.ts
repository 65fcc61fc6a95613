import type { Remark } from "../splat_format.ts";
import type { Splats } from "../splats.ts";

/** Makes other Gaussians of some, whose columns it may change or hand on; tells what is worth a line. */
export type SplatAction = (splats: Splats, remark: Remark) => Splats;

/** One thing that can be done to Gaussians between reading and writing them. */
export interface SplatActionDefinition {
  /** One letter for the command line, that of splat-transform where it has the action. */
  readonly letter?: string | undefined;
  /** How its value is written, for example `X,Y,Z`; null where it takes none. */
  readonly value: string | null;
  /** Whether the value may be left out. */
  readonly optional?: true;
  /** One line for the help. */
  readonly help: string;
  /** Whether it is done to each Gaussian for itself, so that they need not be in memory together. */
  readonly each?: true;
  /** The action of a value; a RangeError says what the value must be. */
  readonly parse: (value: string) => SplatAction;
}

/** The numbers of a value with commas, so many or one of several counts. */
export function numbersOf(text: string, counts: number | readonly number[]): number[] {
  const words = text === "" ? [] : text.split(",");
  const numbers = words.map((word) => word.trim() === "" ? NaN : Number(word));
  const allowed = [counts].flat();
  if (allowed.includes(numbers.length) && numbers.every(Number.isFinite)) return numbers;
  throw new RangeError(`it must be ${allowed.join(" or ")} numbers with commas between`);
}

/** One number of a value, within bounds. */
export function numberOf(
  text: string,
  { min = -Infinity, max = Infinity, integer = false } = {},
): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (
    Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value))
  ) {
    return value;
  }
  const from = min === -Infinity ? "" : ` from ${min}`;
  const to = max === Infinity ? "" : ` to ${max}`;
  throw new RangeError(`it must be a ${integer ? "whole " : ""}number${from}${to}`);
}
