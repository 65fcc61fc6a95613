import type { PythonValue } from "./operations.ts";
import type { Fail } from "./tokens.ts";

/** Names and their values. */
export type Names = Record<string, PythonValue>;

/** What the statements of a file see and change. */
export interface Scope {
  /** Names assigned so far, in order. */
  readonly names: Map<string, PythonValue>;
  /** Names whose value an expression asked for. */
  readonly read: Set<string>;
  /** What imported names stand for: "np" for "numpy", "join" for "os.path.join". */
  readonly imports: Map<string, string>;
  readonly fail: Fail;
  /** What `_base_` stands for in an expression: the merged bases. */
  readonly bases: () => Names;
  /** Told each assignment to a name before it is made. */
  readonly assigned: (name: string, value: PythonValue, line: number) => void;
  /** Names of another file, for `from .other import *`; null where there is no such file. */
  readonly importFile: (module: string, line: number) => Names | null;
  /** Told that entries of values may have changed. */
  readonly changed: (line: number) => void;
  /** Counts a value made in a loop; throws where a file makes too many. */
  readonly spend: (line: number) => void;
}

/** A part of an expression: what it is, and how it is assigned to where it can be. */
export interface Node {
  readonly line: number;
  /** Whether it is a call of a method, which may change what it belongs to. */
  readonly calls?: boolean;
  get(scope: Scope): PythonValue;
  /** Of names, entries and attributes, and of lists of these. */
  assign?(scope: Scope, value: PythonValue): void;
  remove?(scope: Scope): void;
}

/** Runs an operation; a RangeError that it throws becomes the error of its line. */
export function onLine<T>(fail: Fail, line: number, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) fail(line, error.message);
    throw error;
  }
}
