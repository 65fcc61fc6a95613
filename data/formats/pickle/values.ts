/**
 * A Python dict whose keys are all strings: a plain object without any inherited property, so that no
 * key, "__proto__" and "constructor" included, can meet one. Objects made by a constructor keep V8's
 * compact layout, which objects of `Object.create(null)` do not have.
 */
export interface Dict {
  /** Entries by key. */
  [key: string]: unknown;
}

/** Makes an empty `Dict`. */
export const Dict = function () {} as unknown as { new (): Dict };
Dict.prototype = Object.create(null);

/** Says whether a value is a dict with string keys. */
export function isDict(value: unknown): value is Dict {
  return value instanceof Dict;
}

/**
 * An object of a Python class that the reader has no rule for, kept as data: nothing of it has run.
 * A bare class or function has `args` null.
 */
export class OpaqueObject {
  /** Says what it is. */
  readonly kind = "opaque";
  /** What `__setstate__` would have got. */
  state: unknown = undefined;
  /** What would have been appended, for subclasses of list. */
  items?: unknown[];
  /** What would have been set by key, for subclasses of dict. */
  entries?: Map<unknown, unknown>;

  /** @internal The reader makes them. */
  constructor(
    readonly module: string,
    readonly name: string,
    readonly args: unknown[] | null,
  ) {}
}

/** Says whether a value is an object of unknown class. */
export function isOpaque(value: unknown): value is OpaqueObject {
  return value instanceof OpaqueObject;
}

/** Method by which a rebuilt object takes the state that a BUILD opcode brings. */
export const SET_STATE: unique symbol = Symbol("setState");

/** A rebuilt object that is complete only after BUILD. */
export interface Stateful {
  [SET_STATE](state: unknown, context: RebuildContext): void;
}

/** What a rebuild function may use besides its arguments. */
export interface RebuildContext {
  /** Bytes of the pickle: no rebuilt object may be larger than a small factor of it. */
  readonly fileBytes: number;
  /** Calls a global of the pickle: by its rebuild function, or else into an `OpaqueObject`. */
  call(callable: unknown, args: unknown[]): unknown;
}

/** Makes the value that calling a Python global with these arguments stands for. */
export type Rebuild = (args: unknown[], context: RebuildContext) => unknown;

/** Rebuild functions by "module.name" of the Python global; anything else becomes an `OpaqueObject`. */
export type RebuildTable = ReadonlyMap<string, Rebuild>;

/** What a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return "None";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
