import { openSource } from "./byte_source.ts";
import { refuseOtherKinds } from "./file_kind.ts";
import { builtinTable } from "./pickle/builtins.ts";
import { datetimeTable } from "./pickle/datetime.ts";
import { PickleMachine } from "./pickle/machine.ts";
import { numpyTable } from "./pickle/numpy.ts";
import type { Rebuild, RebuildTable } from "./pickle/values.ts";

export { Dict, isDict, isOpaque, OpaqueObject } from "./pickle/values.ts";
export type { Complex } from "./pickle/builtins.ts";
export { PickledQuaternion } from "./pickle/datetime.ts";
export type {
  PickledDate,
  PickledDuration,
  PickledTime,
  PickledTimezone,
} from "./pickle/datetime.ts";
export { PickledDtype } from "./pickle/numpy.ts";

/** What `readPickle` can be told. */
export interface PickleOptions {
  /** Name for error messages. */
  readonly file?: string;
  /** Further rebuild functions by "module.name", which come before the built-in ones. */
  readonly rebuild?: Iterable<readonly [string, Rebuild]>;
  /** Resolves the ids of objects stored outside the pickle, as PyTorch stores its tensors' memory. */
  readonly persistentLoad?: (id: unknown) => unknown;
}

// Pickles of protocol 0 are text.
const PICKLES = ["pickle", "text"];

const TABLE: RebuildTable = new Map([...builtinTable, ...datetimeTable, ...numpyTable]);

/**
 * Reads a Python pickle of protocol 0 to 5 as plain data. It executes nothing, by construction: globals
 * are names, the few known ones have a rebuild function here, any other becomes an `OpaqueObject`.
 *
 * | Python | here |
 * | --- | --- |
 * | None, bool, float, str | null, boolean, number, string |
 * | int | number up to 2^53, bigint beyond |
 * | bytes, bytearray | Uint8Array, sharing the memory of the file |
 * | list, tuple, deque | array |
 * | dict, OrderedDict, defaultdict, Counter | `Dict` (a bare object) if all keys are strings, else Map |
 * | set, frozenset | Set |
 * | numpy.ndarray, NumPy scalars | `NdArray` and its kin, numbers |
 * | complex, datetime, Quaternion, paths | objects with a `kind`, paths as strings |
 * | objects of any other class | `OpaqueObject` |
 *
 * Keys of a `Dict` that look like whole numbers come first, as in any JavaScript object.
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions = {}): unknown {
  refuseOtherKinds(openSource(bytes, options.file), "a Python pickle", PICKLES);
  return readPickleAt(bytes, 0, options).value;
}

/** Reads the pickle that begins at an offset; `end` is the offset after its last byte. */
export function readPickleAt(
  bytes: Uint8Array,
  offset: number,
  { file = "memory", rebuild, persistentLoad }: PickleOptions = {},
): { value: unknown; end: number } {
  const table = rebuild ? new Map([...TABLE, ...rebuild]) : TABLE;
  return new PickleMachine(bytes, offset, { file, table, persistentLoad }).run();
}
