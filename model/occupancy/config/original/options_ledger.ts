import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

const NOTHING = "it says nothing";

/** A leaf of a configuration and what stands there; lists of plain values are one leaf. */
export interface Leaf {
  /** Names and places from the root, joined by dots. */
  readonly path: string;
  readonly value: unknown;
}

/** What became of the leaves of a configuration. */
export interface OptionsAccount {
  /** Leaves that settings were made of, or whose value was found to be the one that is known. */
  readonly used: readonly string[];
  /** Leaves that change nothing here. */
  readonly unneeded: readonly { readonly path: string; readonly reason: string }[];
  /** Names at the top that are no options, and that nothing in the file uses. */
  readonly idle: readonly string[];
}

/** What is done with an option: a setting is made of it, one value is known, or it agrees with another. */
export type OptionRule =
  | { readonly kind: "used" }
  | { readonly kind: "only"; readonly value: unknown }
  | { readonly kind: "agrees"; readonly other: string };

/** Keeps book of which leaves of a configuration were asked for, and of what cannot be used. */
export class OptionsLedger {
  readonly problems: string[] = [];
  readonly hints: string[] = [];
  /** What was asked for, by path, and what is done with it. */
  readonly rules = new Map<string, OptionRule>();
  readonly #names = new Map<string, Set<string>>();

  /** `unneeded` are options that change nothing, by path, and why; `*` stands for one name or place. */
  constructor(private readonly unneeded: Readonly<Record<string, string>> = {}) {}

  /** Notes that an option was asked for; what lies inside counts as asked for too. */
  ask(group: string, name: string, rule: OptionRule = { kind: "used" }): void {
    const path = joined(group, name);
    // To be read counts for more than to be compared.
    if (rule.kind !== "used" || !this.rules.has(path)) this.rules.set(path, rule);
    this.know(group, name);
  }

  /** Notes that a group has an option of this name. */
  know(group: string, name: string): void {
    const names = this.#names.get(group) ?? new Set();
    this.#names.set(group, names.add(name));
  }

  /** Notes an option that cannot be used. */
  refuse(problem: string, hint?: string): void {
    if (!this.problems.includes(problem)) this.problems.push(problem);
    if (hint && !this.hints.includes(hint)) this.hints.push(hint);
  }

  /**
   * Sorts the leaves into those that were used, those that change nothing and variables of the file;
   * all others are noted as problems. `idle` are names that no expression of the file uses.
   */
  account(options: object, idle?: ReadonlySet<string>): OptionsAccount {
    const used: string[] = [];
    const unneeded: { path: string; reason: string }[] = [];
    const own: string[] = [];
    for (const [name, value] of Object.entries(options)) {
      if (!this.#names.get("")?.has(name) && !this.#unneededNames("").includes(name)) {
        if (!idle || idle.has(name)) this.#variable(name, value, own);
        continue;
      }
      for (const { path, value: at } of leavesOf(value, name)) {
        const reason = this.#unneededReason(path);
        if (this.#wasAsked(path)) used.push(path);
        else if (reason !== null) unneeded.push({ path, reason });
        else if (isEmpty(at) && this.#isKnown(path)) unneeded.push({ path, reason: NOTHING });
        else this.#unknown(path, at);
      }
    }
    return { used, unneeded, idle: own };
  }

  #wasAsked(path: string): boolean {
    const parts = path.split(".");
    return parts.some((_, i) => this.rules.has(parts.slice(0, i + 1).join(".")));
  }

  #isKnown(path: string): boolean {
    const end = Math.max(0, path.lastIndexOf("."));
    const [group, name] = [path.slice(0, end), path.slice(end && end + 1)];
    return this.#names.get(group)?.has(name) || this.#unneededNames(group).includes(name);
  }

  /** Why a leaf changes nothing here; null where it is not one of those. */
  #unneededReason(path: string): string | null {
    const found = Object.keys(this.unneeded).find((pattern) => matches(pattern, path));
    return found === undefined ? null : this.unneeded[found]!;
  }

  /** Names of a group's options that change nothing, or in which something does. */
  #unneededNames(group: string): string[] {
    return Object.keys(this.unneeded).flatMap((pattern) => {
      const [parts, groups] = [pattern.split("."), group ? group.split(".") : []];
      const name = parts[groups.length];
      const inside = name !== undefined && name !== "*" &&
        groups.every((part, i) => parts[i] === "*" || parts[i] === part);
      return inside ? [name] : [];
    });
  }

  /** Any name may stand at the top of a file, but hardly one letter beside an option. */
  #variable(name: string, value: unknown, own: string[]): void {
    const near = nearestOption(name, [...this.#names.get("") ?? []]);
    if (near === undefined) return void own.push(name);
    this.refuse(
      `"${name}" is ${described(value)}, there is no such option`,
      `did you mean ${near}?`,
    );
  }

  #unknown(path: string, value: unknown): void {
    // The group that is known, and the first name in it that is not.
    const parts = path.split(".");
    let depth = parts.length - 1;
    while (depth > 0 && !this.#names.has(parts.slice(0, depth).join("."))) depth--;
    const group = parts.slice(0, depth).join(".");
    const known = [...this.#names.get(group) ?? [], ...this.#unneededNames(group)];
    const near = nearestOption(parts[depth]!, known, 2);
    const shown = parts.slice(0, depth + 1).join(".");
    this.refuse(
      `"${shown}" is ${shown === path ? described(value) : "a group"}, there is no such option`,
      near
        ? `did you mean ${joined(group, near)}?`
        : `the options of "${group}" are ${known.sort().join(", ")}`,
    );
  }
}

/** All leaves of a value. */
export function* leavesOf(value: unknown, path: string): Generator<Leaf> {
  const entries = isGroup(value)
    ? Object.entries(value)
    : Array.isArray(value) && value.some(isGroup)
    ? value.map((item, i) => [String(i), item] as const)
    : [];
  if (!entries.length) yield { path, value };
  for (const [name, item] of entries) yield* leavesOf(item, joined(path, name));
}

/** A value as it reads in a message: long ones are cut off. */
export function described(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 76)} …` : text;
}

/** The path of an option in a group. */
export function joined(group: string, name: string): string {
  return group ? `${group}.${name}` : name;
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("."), path.split(".")];
  return wanted.length === given.length &&
    wanted.every((part, i) => part === "*" || part === given[i]);
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The known name that was probably meant: so many letters in five are wrong at most. */
function nearestOption(given: string, known: readonly string[], wrong = 1): string | undefined {
  if (!known.length) return undefined;
  const nearest: string = closestString(given, known);
  const most = Math.max(1, Math.floor(wrong * nearest.length / 5));
  return levenshteinDistance(given, nearest) <= most ? nearest : undefined;
}
