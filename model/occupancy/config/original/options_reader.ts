import { described, joined, OptionsLedger } from "./options_ledger.ts";

/**
 * Reads the options of a group of the original's configurations one by one, and keeps book of it. A
 * value of a kind that does not fit throws; one that is not known here is noted.
 */
export class OptionsReader {
  constructor(
    private readonly value: unknown,
    readonly path = "",
    readonly ledger: OptionsLedger = new OptionsLedger(),
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new WrongKind(`"${path}" is ${described(value)}, a group is needed`);
    }
  }

  /** Names of the options that are given. */
  get names(): string[] {
    return Object.keys(this.value as object);
  }

  /** Whether an option is given and not None. */
  has(name: string): boolean {
    const value = this.#get(name);
    this.ledger.know(this.path, name);
    // None is what a missing option is.
    if (value === null) this.ledger.ask(this.path, name);
    return value !== undefined && value !== null;
  }

  /** An option as it is, all that lies inside taken for read. */
  raw(name: string): unknown {
    this.ledger.ask(this.path, name);
    return this.#get(name);
  }

  group(name: string): OptionsReader {
    this.ledger.know(this.path, name);
    return new OptionsReader(this.#get(name), this.at(name), this.ledger);
  }

  groups(name: string): OptionsReader[] {
    this.ledger.know(this.path, name);
    const list = this.#get(name);
    if (!Array.isArray(list)) this.#wrong(name, "a list is needed");
    return list.map((item, i) => new OptionsReader(item, `${this.at(name)}.${i}`, this.ledger));
  }

  number(name: string, otherwise?: number): number {
    return this.#typed(name, "number", otherwise) as number;
  }

  text(name: string, otherwise?: string): string {
    return this.#typed(name, "string", otherwise) as string;
  }

  flag(name: string, otherwise = false): boolean {
    return this.#typed(name, "boolean", otherwise) as boolean;
  }

  numbers(name: string, length?: number, otherwise?: readonly number[]): number[] {
    const list = this.raw(name) ?? otherwise;
    const fits = Array.isArray(list) && list.every((item) => typeof item === "number") &&
      (length === undefined || list.length === length);
    if (!fits) {
      this.#wrong(name, `a list of ${length === undefined ? "" : `${length} `}numbers is needed`);
    }
    return list as number[];
  }

  /** Refuses a value that has no counterpart here. */
  expect(name: string, wanted: unknown, otherwise?: unknown, hint?: string): void {
    const value = this.#get(name) ?? otherwise ?? null;
    this.ledger.ask(this.path, name, { kind: "only", value: wanted });
    if (!same(value, wanted)) this.refuse(name, `only ${described(wanted)} is known here`, hint);
  }

  /** Refuses a value that is none of some; returns the first where it is missing. */
  choice<T extends string>(name: string, known: readonly T[], otherwise?: T): T {
    const value = this.text(name, otherwise);
    if (!known.includes(value as T)) {
      this.refuse(name, `known are ${known.map((word) => JSON.stringify(word)).join(", ")}`);
    }
    return value as T;
  }

  /** Refuses a value, if it is given, that contradicts another option. */
  agrees(name: string, other: string, wanted: unknown, otherwise?: unknown): void {
    const value = this.#get(name) ?? otherwise;
    this.ledger.ask(this.path, name, { kind: "agrees", other });
    if (value === undefined || same(value, wanted)) return;
    this.refuse(name, `"${other}" is ${described(wanted)}, both must be the same`);
  }

  /** Notes that the value of an option cannot be used. */
  refuse(name: string, why: string, hint?: string): void {
    this.ledger.refuse(`"${this.at(name)}" is ${described(this.#get(name))}, ${why}`, hint);
  }

  at(name: string): string {
    return joined(this.path, name);
  }

  #get(name: string): unknown {
    const options = this.value as Record<string, unknown>;
    return Object.hasOwn(options, name) ? options[name] : undefined;
  }

  #typed(name: string, type: string, otherwise: unknown): unknown {
    const value = this.raw(name) ?? otherwise;
    const kind: string = typeof value;
    if (kind !== type) this.#wrong(name, `a ${type} is needed`);
    return value;
  }

  #wrong(name: string, wanted: string): never {
    this.ledger.ask(this.path, name);
    throw new WrongKind(`"${this.at(name)}" is ${described(this.#get(name))}, ${wanted}`);
  }
}

/** An option of a kind with which reading cannot go on. */
export class WrongKind extends Error {}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
