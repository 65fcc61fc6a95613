/**
 * What a value of a JSON file must be. Files that a run leaves may be edited, cut off or written by
 * others: nothing in them is believed before its kind was looked at.
 */
export interface JsonKind<T> {
  /** What is wrong with a value called `name`, as `"step" must be a number, got "x"`; else null. */
  problem(value: unknown, name: string): string | null;
  /** Only there for the compiler. */
  readonly type?: T;
}

/** The kind of each field of an object; fields that are not named may be anything. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: JsonKind<T[K]> };

/** A finite number. */
export const NUMBER: JsonKind<number> = simple(
  "a number",
  (value) => typeof value === "number" && Number.isFinite(value),
);

/** A finite number above 0. */
export const ABOVE_ZERO: JsonKind<number> = simple(
  "a number above 0",
  (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
);

/** A count: a whole number from 0. */
export const COUNT: JsonKind<number> = simple(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** A text. */
export const TEXT: JsonKind<string> = simple("a text", (value) => typeof value === "string");

/** Anything at all. */
export const ANYTHING: JsonKind<unknown> = { problem: () => null };

/** One of some texts. */
export function oneOf<const T extends string>(...texts: readonly T[]): JsonKind<T> {
  const words = texts.map((text) => JSON.stringify(text)).join(" or ");
  return simple(words, (value) => (texts as readonly unknown[]).includes(value));
}

/** A kind, or null. */
export function orNull<T>(kind: JsonKind<T>): JsonKind<T | null> {
  return { problem: (value, name) => value === null ? null : kind.problem(value, name) };
}

/** A kind, or no such field. */
export function optional<T>(kind: JsonKind<T>): JsonKind<T> {
  return { problem: (value, name) => value === undefined ? null : kind.problem(value, name) };
}

/** A list, of `length` items where that is given. */
export function listOf<T>(kind: JsonKind<T>, length?: number): JsonKind<readonly T[]> {
  return {
    problem(value, name) {
      if (!Array.isArray(value) || length !== undefined && value.length !== length) {
        return wrong(name, length === undefined ? "a list" : `a list of ${length}`, value);
      }
      return firstProblem(value.map((item, i) => () => kind.problem(item, `${name}[${i}]`)));
    },
  };
}

/** An object all of whose values are of one kind. */
export function recordOf<T>(kind: JsonKind<T>): JsonKind<Readonly<Record<string, T>>> {
  return {
    problem(value, name) {
      if (!isObject(value)) return wrong(name, "an object", value);
      return firstProblem(
        Object.entries(value).map(([key, item]) => () => kind.problem(item, inside(name, key))),
      );
    },
  };
}

/** An object with these fields. */
export function objectOf<T>(fields: FieldsOf<T>): JsonKind<T> {
  return {
    problem(value, name) {
      if (!isObject(value)) return wrong(name, "an object", value);
      const kinds = Object.entries(fields) as [string, JsonKind<unknown>][];
      return firstProblem(
        kinds.map(([key, kind]) => () => kind.problem(value[key], inside(name, key))),
      );
    },
  };
}

/** One of several objects, told apart by their field `type`. */
export function byType<T extends { readonly type: string }>(
  kinds: { readonly [K in T["type"]]: JsonKind<Extract<T, { readonly type: K }>> },
): JsonKind<T> {
  const known = oneOf(...Object.keys(kinds));
  return {
    problem(value, name) {
      if (!isObject(value)) return wrong(name, "an object", value);
      const { type } = value;
      return known.problem(type, inside(name, "type")) ??
        kinds[type as T["type"]].problem(value, name);
    },
  };
}

function simple<T>(words: string, holds: (value: unknown) => boolean): JsonKind<T> {
  return { problem: (value, name) => holds(value) ? null : wrong(name, words, value) };
}

function firstProblem(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const problem = check();
    if (problem !== null) return problem;
  }
  return null;
}

function inside(name: string, key: string): string {
  return name === "" ? key : `${name}.${key}`;
}

// As much of a value as tells what it is.
const SHOWN = 40;

function wrong(name: string, words: string, value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return name === ""
    ? `it must be ${words}, got ${shown}`
    : `"${name}" must be ${words}, got ${shown}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
