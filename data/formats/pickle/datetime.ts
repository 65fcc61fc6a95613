import { encodeLatin1 } from "./strings.ts";
import { type Rebuild, type RebuildContext, SET_STATE, type Stateful } from "./values.ts";

/** A Python date or datetime by its calendar fields, as written, with no time zone applied. */
export interface PickledDate {
  /** Whether a time of day was given. */
  readonly kind: "date" | "datetime";
  /** Year. */
  readonly year: number;
  /** Month, from 1. */
  readonly month: number;
  /** Day, from 1. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59. */
  readonly second: number;
  /** 0 to 999999. */
  readonly microsecond: number;
  /** Offset from UTC as it was pickled; null for none. */
  readonly timezone: unknown;
}

/** A Python time of day. */
export interface PickledTime {
  /** Says what it is. */
  readonly kind: "time";
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59. */
  readonly second: number;
  /** 0 to 999999. */
  readonly microsecond: number;
  /** Offset from UTC as it was pickled; null for none. */
  readonly timezone: unknown;
}

/** A Python duration; only `days` may be negative. */
export interface PickledDuration {
  /** Says what it is. */
  readonly kind: "timedelta";
  /** Whole days. */
  readonly days: number;
  /** Seconds beside them. */
  readonly seconds: number;
  /** Microseconds beside them. */
  readonly microseconds: number;
}

/** A fixed offset from UTC. */
export interface PickledTimezone {
  /** Says what it is. */
  readonly kind: "timezone";
  /** From UTC; null where it is named only. */
  readonly offset: PickledDuration | null;
}

/** A rotation of the Python package pyquaternion, w first. */
export class PickledQuaternion implements Stateful {
  readonly kind = "quaternion";
  wxyz: number[] = [1, 0, 0, 0];

  [SET_STATE](state: unknown): void {
    const q = (state as { q?: { data?: ArrayLike<number> } } | null)?.q?.data;
    if (q?.length !== 4) throw new RangeError("the state of a Quaternion has no four numbers");
    this.wxyz = Array.from(q, Number);
  }
}

/** Rebuild functions of datetime and pyquaternion. */
export const datetimeTable: [string, Rebuild][] = [
  ["datetime.date", date],
  ["datetime.datetime", datetime],
  ["datetime.time", time],
  ["datetime.timedelta", ([days = 0, seconds = 0, microseconds = 0]) => ({
    kind: "timedelta",
    days: integer(days),
    seconds: integer(seconds),
    microseconds: integer(microseconds),
  })],
  ["datetime.timezone", ([offset]) => ({ kind: "timezone", offset })],
  ["datetime.timezone.utc", () => ({ kind: "timezone", offset: null })],
  ["pyquaternion.quaternion.Quaternion", quaternion],
  ["pyquaternion.Quaternion", quaternion],
];

function date(args: unknown[]): PickledDate {
  const [year = 0, month = 0, day = 0] = fields(
    args,
    4,
    (b) => [b[0]! * 256 + b[1]!, b[2]!, b[3]!],
  );
  const midnight = { hour: 0, minute: 0, second: 0, microsecond: 0, timezone: null };
  return { kind: "date", year, month, day, ...midnight };
}

// Python packs a datetime into ten bytes; the top bit of the month byte is the "fold" of a repeated hour.
function datetime(args: unknown[]): PickledDate {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = fields(
    args,
    10,
    (b) => [b[0]! * 256 + b[1]!, b[2]! & 127, ...b.subarray(3, 7), micro(b.subarray(7))],
  );
  const timezone = timezoneOf(args, 7);
  return { kind: "datetime", year, month, day, hour, minute, second, microsecond, timezone };
}

function time(args: unknown[]): PickledTime {
  const [hour = 0, minute = 0, second = 0, microsecond = 0] = fields(
    args,
    6,
    (b) => [b[0]! & 127, b[1]!, b[2]!, micro(b.subarray(3))],
  );
  return { kind: "time", hour, minute, second, microsecond, timezone: timezoneOf(args, 4) };
}

function micro(bytes: Uint8Array): number {
  return (bytes[0]! * 256 + bytes[1]!) * 256 + bytes[2]!;
}

function fields(args: unknown[], size: number, unpack: (bytes: Uint8Array) => number[]): number[] {
  const [first] = args;
  if (typeof first === "number") return args.filter((arg) => typeof arg === "number");
  const bytes = typeof first === "string" ? encodeLatin1(first) : first;
  if (!(bytes instanceof Uint8Array) || bytes.length !== size) {
    throw new RangeError(`a date or time is not packed into ${size} bytes`);
  }
  return unpack(bytes);
}

function timezoneOf(args: unknown[], plainCount: number): unknown {
  return (typeof args[0] === "number" ? args[plainCount] : args[1]) ?? null;
}

function integer(value: unknown): number {
  if (!Number.isInteger(value)) throw new RangeError("a part of a duration is no integer");
  return value as number;
}

function quaternion(args: unknown[], _context: RebuildContext): PickledQuaternion {
  const rotation = new PickledQuaternion();
  if (args.length === 4) rotation.wxyz = args.map(Number);
  return rotation;
}
