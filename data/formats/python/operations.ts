import { printed } from "./text.ts";

/** Plain values of a configuration; tuples are lists, dicts have text keys. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | PythonValue[]
  | { [key: string]: PythonValue };

/** Whether a value is a dict. */
export function isDict(value: PythonValue): value is { [key: string]: PythonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// A repetition beyond this is a mistake or an attack; the largest real list has 68 entries.
const LONGEST = 100_000;

/** Applies an operator; throws a RangeError that says what is wrong. */
export function calculate(mark: string, a: PythonValue, b: PythonValue): PythonValue {
  if (typeof a === "number" && typeof b === "number") return finite(arithmetic(mark, a, b), mark);
  if (mark === "+") {
    if (typeof a === "string" && typeof b === "string") return within(a.length + b.length, a + b);
    if (Array.isArray(a) && Array.isArray(b)) return within(a.length + b.length, [...a, ...b]);
  }
  if (mark === "%" && typeof a === "string") return printed(a, Array.isArray(b) ? b : [b]);
  if (mark === "*") {
    const [list, times] = typeof a === "number" ? [b, a] : [a, b];
    if ((Array.isArray(list) || typeof list === "string") && Number.isInteger(times)) {
      const count = Math.max(0, times as number);
      within(list.length * count, null);
      return Array.isArray(list) ? Array(count).fill(list).flat(1) : list.repeat(count);
    }
  }
  throw new RangeError(`${mark} between ${describe(a)} and ${describe(b)} is not read`);
}

/** Compares as Python does; throws a RangeError for what has no order. */
export function compare(mark: string, a: PythonValue, b: PythonValue): boolean {
  switch (mark) {
    case "==":
    case "is":
      return same(a, b);
    case "!=":
    case "is not":
      return !same(a, b);
    case "in":
      return contains(b, a);
    case "not in":
      return !contains(b, a);
  }
  const ordered = (typeof a === "number" && typeof b === "number") ||
    (typeof a === "string" && typeof b === "string");
  if (!ordered) {
    throw new RangeError(`${mark} between ${describe(a)} and ${describe(b)} is not read`);
  }
  return mark === "<" ? a < b : mark === ">" ? a > b : mark === "<=" ? a <= b : a >= b;
}

function same(a: PythonValue, b: PythonValue): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Names, b as Names];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key]!, right[key]!));
}

function contains(whole: PythonValue, part: PythonValue): boolean {
  if (typeof whole === "string" && typeof part === "string") return whole.includes(part);
  if (Array.isArray(whole)) return whole.some((item) => same(item, part));
  if (isDict(whole)) return Object.hasOwn(whole, String(part));
  throw new RangeError(`nothing is in ${describe(whole)}`);
}

/** Whether a value counts as true in Python. */
export function truthy(value: PythonValue): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  return Object.keys(value).length > 0;
}

type Names = Record<string, PythonValue>;

/** The sign of a number changed, or not. */
export function signed(mark: string, value: PythonValue): number {
  if (typeof value !== "number") throw new RangeError(`${mark} before ${describe(value)}`);
  return mark === "-" ? -value : value;
}

/** An entry of a list, text or dict. */
export function entryOf(value: PythonValue, index: PythonValue): PythonValue {
  if (isDict(value)) {
    const key = String(index);
    if (Object.hasOwn(value, key)) return value[key]!;
    throw new RangeError(`there is no "${key}", the keys are ${Object.keys(value).join(", ")}`);
  }
  if (!Array.isArray(value) && typeof value !== "string") {
    throw new RangeError(`${describe(value)} has no entries`);
  }
  if (typeof index !== "number" || !Number.isInteger(index)) {
    throw new RangeError(`${describe(index)} is no place in a list`);
  }
  const found = value.at(index);
  if (found === undefined) {
    throw new RangeError(`there is no entry ${index}, the list has ${value.length}`);
  }
  return found;
}

/** `value[start:stop:step]` as Python cuts it. */
export function sliceOf(
  value: PythonValue,
  bounds: readonly (PythonValue | undefined)[],
): PythonValue {
  if (!Array.isArray(value) && typeof value !== "string") {
    throw new RangeError(`${describe(value)} cannot be sliced`);
  }
  const [start, stop, step = 1] = bounds.map((bound) => {
    if (bound === undefined || bound === null) return undefined;
    if (Number.isInteger(bound)) return bound as number;
    throw new RangeError(`${describe(bound)} is no bound of a slice`);
  });
  if (step === 0) throw new RangeError("the step of a slice is 0");
  const { length } = value;
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: number) =>
    Math.min(high, Math.max(low, bound < 0 ? bound + length : bound));
  const first = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const end = stop === undefined ? (step > 0 ? high : low) : clamp(stop);
  const taken: PythonValue[] = [];
  for (let i = first; step > 0 ? i < end : i > end; i += step) taken.push(value[i]!);
  return Array.isArray(value) ? taken : taken.join("");
}

/** What a value is, for messages. */
export function describe(value: PythonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return "a string";
  return Array.isArray(value) ? "a list" : "a dict";
}

function arithmetic(mark: string, a: number, b: number): number {
  if (b === 0 && ["/", "//", "%"].includes(mark)) throw new RangeError("a division by zero");
  switch (mark) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b); // the sign of the divisor, as in Python
    case "**":
      return a ** b;
  }
  throw new RangeError(`the operator ${mark} is not read`);
}

function finite(value: number, mark: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`the result of ${mark} is not finite`);
  return value;
}

function within<T>(length: number, value: T): T {
  if (length > LONGEST) throw new RangeError(`a list or string of ${length} entries is too long`);
  return value;
}
