import type { Memo } from "./memo.ts";

/** A number of items up to which numbers are copied out of their boxes: poses and matrices. */
const SHORT = 32;
const NUMBERS = Array.from({ length: SHORT }, () => 0.5);
/** The list below a mark is not a new one, or is in no memo. */
const OTHER = -2;
const UNNUMBERED = -1;

/**
 * Lists that a pickle has made empty and not filled yet. Filled item by item an array of three has room
 * for seventeen, so one that nothing refers to but the memo is made anew, with its items, in exact size.
 */
export class NewLists {
  /** The list made last, and its number in the memo. */
  #last: unknown = null;
  #number = UNNUMBERED;
  /** For each mark the number of the new list below it. */
  readonly #below: number[] = [];
  #unmarked = OTHER;
  /** Empty lists that something else refers to. */
  readonly #kept = new Set<unknown>();

  constructor(private readonly memo: Memo) {}

  /** A new list. */
  begin(): unknown[] {
    this.#number = UNNUMBERED;
    return this.#last = [];
  }

  /** Numbers a value in the memo. */
  put(number: number, value: unknown): void {
    this.memo.put(number, value);
    if (value !== this.#last) return;
    if (this.#number === UNNUMBERED) this.#number = number;
    else this.#kept.add(value);
  }

  /** Notes that a value is referred to once more. */
  shared<T>(value: T): T {
    if (Array.isArray(value) && value.length === 0) this.#kept.add(value);
    return value;
  }

  /** A mark is set above a value. */
  mark(below: unknown): void {
    this.#below.push(below !== undefined && below === this.#last ? this.#number : OTHER);
    this.#last = null;
  }

  /** The last mark is taken off. */
  unmark(): void {
    this.#unmarked = this.#below.pop()!;
  }

  /** What takes the place of a list that was below the mark, with its items; null where it has to stay. */
  filled(list: unknown, items: unknown[]): unknown[] | null {
    const number = this.#unmarked;
    if (number === OTHER || !Array.isArray(list) || list.length || this.#kept.has(list)) {
      return null;
    }
    const made = unboxed(items);
    if (number >= 0 && this.memo.holds(number, list)) this.memo.put(number, made);
    return made;
  }
}

/** Items, where all are numbers and some not whole without a box of 16 bytes around each. */
export function unboxed(items: unknown[]): unknown[] {
  if (items.length > SHORT) return items;
  let whole = true;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== "number") return items;
    whole &&= Number.isInteger(item);
  }
  if (whole) return items;
  const numbers = NUMBERS.slice(0, items.length);
  for (let i = 0; i < items.length; i++) numbers[i] = items[i] as number;
  return numbers;
}
