import { join } from "@std/path";
import { describe, entryOf, isDict, type PythonValue, truthy } from "./operations.ts";
import { filledIn, textOf } from "./text.ts";

/** What a call hands over. */
export interface Arguments {
  readonly values: readonly PythonValue[];
  readonly named: Readonly<Record<string, PythonValue>>;
}

type Callable = (given: Arguments) => PythonValue;

// As many entries as a list may have.
const LONGEST = 100_000;

/** Functions by what they are called after imports: "len", "os.path.join". Nothing else is called. */
export const FUNCTIONS: Readonly<Record<string, Callable>> = {
  dict: makeDict,
  list: plain(({ length }) => length <= 1, ([items = []]) => [...listOf(items)]),
  tuple: plain(({ length }) => length <= 1, ([items = []]) => [...listOf(items)]),
  range: plain(({ length }) => length >= 1 && length <= 3, rangeOf),
  len: one((value) => Object.keys(typeof value === "string" ? [...value] : value ?? {}).length),
  int: one(wholeOf),
  float: one((value) => finite(Number(typeof value === "object" ? NaN : value), value)),
  str: one(textOf),
  bool: one(truthy),
  abs: one((value) => Math.abs(numberOf(value))),
  round: plain(({ length }) => length >= 1 && length <= 2, rounded),
  max: plain(({ length }) => length >= 1, (values) => extreme(values, (a, b) => a > b)),
  min: plain(({ length }) => length >= 1, (values) => extreme(values, (a, b) => a < b)),
  sum: one((items) => listOf(items).reduce<number>((sum, item) => sum + numberOf(item), 0)),
  sorted: one((items) => [...listOf(items)].sort((a, b) => numberOf(a) - numberOf(b))),
  reversed: one((items) => [...listOf(items)].reverse()),
  enumerate: one((items) => listOf(items).map((item, i) => [i, item])),
  zip: plain(() => true, (lists) => {
    const rows = lists.map(listOf);
    const shortest = rows.length ? Math.min(...rows.map(({ length }) => length)) : 0;
    return Array.from({ length: shortest }, (_, i) => rows.map((row) => row[i]!));
  }),
  "os.path.join": plain(
    ({ length }) => length >= 1,
    (parts) =>
      parts.map(stringOf).reduce((path, part) => part.startsWith("/") ? part : join(path, part)),
  ),
  "math.sqrt": one((value) => finite(Math.sqrt(numberOf(value)), value)),
  "math.radians": one((value) => numberOf(value) * Math.PI / 180),
  "math.ceil": one((value) => Math.ceil(numberOf(value))),
  "math.floor": one((value) => Math.floor(numberOf(value))),
  "math.log": one((value) => finite(Math.log(numberOf(value)), value)),
  "numpy.sqrt": one((value) => finite(Math.sqrt(numberOf(value)), value)),
  "copy.deepcopy": one((value) => structuredClone(value)),
  "copy.copy": one((value) => structuredClone(value)),
};

/** Numbers of modules. */
export const MEMBERS: Readonly<Record<string, PythonValue>> = {
  "math.pi": Math.PI,
  "math.e": Math.E,
  "numpy.pi": Math.PI,
  "numpy.e": Math.E,
};

/** Modules and parts of them that may be imported; the first one of MMEngine is for `read_base`. */
export const MODULES: ReadonlySet<string> = new Set([
  "mmengine.config.read_base",
  ...[...Object.keys(FUNCTIONS), ...Object.keys(MEMBERS)].filter((name) => name.includes("."))
    .flatMap((name) => name.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."))),
]);

/** Methods of strings, lists and dicts; those that change what they belong to say so by their name. */
export function callMethod(
  owner: PythonValue,
  name: string,
  { values, named }: Arguments,
): PythonValue {
  if (typeof owner === "string") {
    if (name === "format") return filledIn(owner, values, named);
    const known = Object.hasOwn(TEXT, name) ? TEXT[name] : undefined;
    if (known) return known(owner, values);
  } else if (Array.isArray(owner)) {
    if (name === "append" || name === "extend") {
      owner.push(...(name === "append" ? values : listOf(values[0] ?? null)));
      return null;
    }
    if (name === "copy") return [...owner];
    if (name === "index") return owner.indexOf(values[0] ?? null);
  } else if (isDict(owner)) {
    const [key, otherwise = null] = values;
    if (name === "update") {
      Object.assign(owner, makeDict({ values, named }));
      return null;
    }
    if (name === "copy") return { ...owner };
    if (name === "keys") return Object.keys(owner);
    if (name === "values") return Object.values(owner);
    if (name === "items") return Object.entries(owner);
    if (name === "get") return Object.hasOwn(owner, String(key)) ? owner[String(key)]! : otherwise;
    if (name === "pop") {
      const value = values.length > 1 && !Object.hasOwn(owner, String(key))
        ? otherwise
        : entryOf(owner, key ?? null);
      delete owner[String(key)];
      return value;
    }
  }
  throw new RangeError(`calls of .${name}() of ${describe(owner)} are not read`);
}

const TEXT: Readonly<
  Record<string, (text: string, values: readonly PythonValue[]) => PythonValue>
> = {
  join: (text, [items = []]) => listOf(items).map(stringOf).join(text),
  split: (text, [mark]) =>
    mark === undefined ? text.trim().split(/\s+/) : text.split(stringOf(mark)),
  strip: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  replace: (text, [from, to]) => text.replaceAll(stringOf(from), stringOf(to)),
  startswith: (text, [start]) => text.startsWith(stringOf(start)),
  endswith: (text, [end]) => text.endsWith(stringOf(end)),
};

function plain(
  fits: (values: readonly PythonValue[]) => boolean,
  compute: (values: readonly PythonValue[]) => PythonValue,
): Callable {
  return ({ values, named }) => {
    if (!fits(values) || Object.keys(named).length) {
      throw new RangeError("a call has other arguments than are read");
    }
    return compute(values);
  };
}

function one(compute: (value: PythonValue) => PythonValue): Callable {
  return plain(({ length }) => length === 1, ([value]) => compute(value!));
}

function makeDict({ values, named }: Arguments): PythonValue {
  const [source = {}, ...more] = values;
  const pairs = Array.isArray(source) ? source : null;
  if (
    more.length ||
    !(isDict(source) || pairs?.every((pair) => Array.isArray(pair) && pair.length === 2))
  ) {
    throw new RangeError("dict() takes NAME = VALUE, a dict or a list of pairs");
  }
  const dict = pairs
    ? Object.fromEntries(
      pairs.map((pair) => [String((pair as PythonValue[])[0]), (pair as PythonValue[])[1]!]),
    )
    : source as Record<string, PythonValue>;
  return { ...dict, ...named };
}

function listOf(value: PythonValue): readonly PythonValue[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  if (isDict(value)) return Object.keys(value);
  throw new RangeError(`${describe(value)} is no list`);
}

function numberOf(value: PythonValue | undefined): number {
  if (typeof value !== "number") throw new RangeError(`${describe(value ?? null)} is no number`);
  return value;
}

function stringOf(value: PythonValue | undefined): string {
  if (typeof value !== "string") throw new RangeError(`${describe(value ?? null)} is no string`);
  return value;
}

function finite(value: number, from: PythonValue): number {
  if (!Number.isFinite(value)) throw new RangeError(`${describe(from)} gives no finite number`);
  return value;
}

function wholeOf(value: PythonValue): number {
  if (typeof value === "string" && /^\s*[+-]?\d[\d_]*\s*$/.test(value)) {
    return Number(value.replaceAll("_", ""));
  }
  return Math.trunc(typeof value === "boolean" ? Number(value) : numberOf(value));
}

function rounded([value, digits = 0]: readonly PythonValue[]): number {
  const number = numberOf(value);
  if (digits !== 0) return Number(number.toFixed(numberOf(digits)));
  const low = Math.floor(number);
  // Python rounds halves to the even number.
  return number - low === 0.5 ? low + (low % 2 === 0 ? 0 : 1) : Math.round(number);
}

function extreme(
  values: readonly PythonValue[],
  before: (a: number, b: number) => boolean,
): number {
  const numbers = (values.length === 1 ? listOf(values[0]!) : values).map(numberOf);
  if (!numbers.length) throw new RangeError("the largest of nothing is asked for");
  return numbers.reduce((best, number) => before(number, best) ? number : best);
}

function rangeOf(values: readonly PythonValue[]): PythonValue[] {
  const [first, second, step = 1] = values.map(numberOf) as [number, number?, number?];
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0 || ![start, stop, step].every(Number.isInteger)) {
    throw new RangeError("range() takes whole numbers, the step not 0");
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > LONGEST) throw new RangeError(`a range of ${count} numbers is too long`);
  return Array.from({ length: count }, (_, i) => start + i * step);
}
