import { isDict, isOpaque } from "../formats/pickle.ts";
import type { Pose } from "../occupancy/rigid.ts";

/** A value inside a decoded pickle or JSON file that knows where it is, for errors that say so. */
export class Field {
  readonly value: unknown;

  constructor(value: unknown, readonly file: string, readonly path: string) {
    this.value = contentOf(value);
  }

  /** The entry under `key` of a dict or index of a list, or null when it is absent. */
  find(key: string | number): Field | null {
    const { value } = this;
    const path = typeof key === "number" ? `${this.path}[${key}]` : `${this.path}.${key}`;
    const entry = value instanceof Map
      ? value.get(key)
      : value !== null && typeof value === "object" && Object.hasOwn(value, key)
      ? (value as Record<string | number, unknown>)[key]
      : undefined;
    return entry === undefined || entry === null ? null : new Field(entry, this.file, path);
  }

  /** The entry under `key`; a missing one is an error that names frame and key. */
  get(key: string | number): Field {
    const field = this.find(key);
    if (field) return field;
    if (isOpaque(this.value)) throw this.wrong("a dict");
    throw new SyntaxError(
      `Cannot read "${this.file}": ${this.path || "it"} has no ` +
        (typeof key === "number" ? `entry ${key}` : `key "${key}"`),
    );
  }

  /** Keys of a dict, in its order. */
  keys(): string[] {
    const { value } = this;
    if (value instanceof Map) return [...value.keys()].map(String);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      return Object.keys(value);
    }
    throw this.wrong("a dict");
  }

  /** Entries of a list. */
  items(): Field[] {
    if (!Array.isArray(this.value)) throw this.wrong("a list");
    return this.value.map((item, i) => new Field(item, this.file, `${this.path}[${i}]`));
  }

  text(): string {
    if (typeof this.value === "string") return this.value;
    throw this.wrong("text");
  }

  number(): number {
    const value = typeof this.value === "bigint" ? Number(this.value) : this.value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.wrong("a finite number");
  }

  /** `count` finite numbers out of a list (also nested), an array, or a quaternion; not to be changed. */
  numbers(count: number): readonly number[] {
    const flat = flatten(this.value);
    if (flat?.length === count && flat.every(Number.isFinite)) return flat;
    throw this.wrong(`${count} finite numbers`);
  }

  /** A pose from the quaternion (wxyz) and translation under these keys. */
  pose(rotation: string, translation: string): Pose {
    const turned = this.get(rotation);
    const quaternion = turned.numbers(4);
    if (Math.hypot(...quaternion) === 0) throw turned.wrong("a quaternion of a length above 0");
    return {
      rotation: quaternion as unknown as Pose["rotation"],
      translation: this.get(translation).numbers(3) as unknown as Pose["translation"],
    };
  }

  wrong(expected: string): SyntaxError {
    const { value } = this;
    const is = isOpaque(value) ? ` is an object of ${value.module}.${value.name}, it` : "";
    return new SyntaxError(
      `Cannot read "${this.file}": ${this.path || "it"}${is} must be ${expected}`,
    );
  }
}

/**
 * What a value of another class stands for: the entries of a subclass of dict such as MMEngine's
 * ConfigDict, the items of a subclass of list, those of an array of objects. Else the value itself.
 */
function contentOf(value: unknown): unknown {
  if (isOpaque(value)) {
    const { args, entries, items } = value;
    if (entries) return entries;
    if (items) return items;
    const [first] = args ?? [];
    return args?.length === 1 && (isDict(first) || first instanceof Map) ? first : value;
  }
  if (typeof value === "object" && value !== null && "dtype" in value && value.dtype === "object") {
    const { shape, data } = value as { shape?: unknown; data?: unknown };
    if (Array.isArray(shape) && Array.isArray(data)) return shape.length ? data : data[0];
  }
  return value;
}

function flatten(value: unknown): number[] | null {
  if (typeof value === "number") return [value];
  if (typeof value === "bigint") return [Number(value)];
  if (Array.isArray(value)) {
    // Shared with what was decoded: a copy of each of a million poses would be 200 MB.
    if (value.every((item) => typeof item === "number")) return value;
    const parts = value.map(flatten);
    // A copy is as long as it has to be, what was filled item by item is not.
    return parts.includes(null) ? null : (parts.flat() as number[]).slice();
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number | bigint>, Number);
  }
  if (value !== null && typeof value === "object") {
    // An array of the npy or pickle reader, or its quaternion object.
    if ("wxyz" in value) return flatten(value.wxyz);
    if ("shape" in value && "data" in value) return flatten(value.data);
  }
  return null;
}
