import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** A mistake on the command line: shown with its hint, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to do about it, shown on a line of its own. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The known name that `given` was probably meant to be, or undefined when none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (given === "" || known.length === 0) return undefined;
  // `nuscenes_gs6400` is `prob/nuscenes_gs6400`, however near another whole name may be.
  const names = new Map<string, string>();
  for (const name of known) {
    const tail = name.split("/").at(-1)!;
    if (!names.has(tail)) names.set(tail, name);
    names.set(name, name);
  }
  const nearest: string = closestString(given, [...names.keys()]);
  const distance: number = levenshteinDistance(given.toLowerCase(), nearest.toLowerCase());
  const near = distance <= Math.max(1, Math.floor(nearest.length / 2.5));
  // Two letters that changed places are two edits, too many for a short name.
  const shuffled = sorted(given) === sorted(nearest);
  const begun = given.length >= 2 && nearest.startsWith(given);
  return near || shuffled || begun ? names.get(nearest) : undefined;
}

/** The known names that `given` was probably meant to be: all that end as the nearest one does. */
export function nearestNames(given: string, known: readonly string[]): string[] {
  const nearest = nearestName(given, known);
  if (nearest === undefined) return [];
  const tail = nearest.split("/").at(-1)!;
  const alike = given.includes("/") ? [] : known.filter((name) => name.endsWith(`/${tail}`));
  return [nearest, ...alike.filter((name) => name !== nearest)];
}

function sorted(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

/** The hint line for a misspelt name: the nearest one, or else all of them. */
export function nameHint(given: string, known: readonly string[], noun: string): string {
  const nearest = nearestName(given, known);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return known.length === 0 ? `it takes no ${noun}` : `the ${noun} are ${known.join(", ")}`;
}
