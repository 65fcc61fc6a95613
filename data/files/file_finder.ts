import { listFolder } from "./door.ts";
import { basename, dirname, isAbsolute, join } from "@std/path";
import { closestString } from "@std/text/closest-string";
import { isFile, isFolder } from "./path_kind.ts";

/** Where a file is that a data set names, or what is there in its place. */
export type FoundFile =
  | {
    /** Path of the file. */
    readonly path: string;
    /** Whether it lies where its name says, letter by letter, but for an ending that is left out. */
    readonly exact: boolean;
  }
  | {
    readonly path: null;
    /** Where it was looked for first. */
    readonly wanted: string;
    /** How it went, as the end of a sentence; "" where there is nothing to say. */
    readonly state: () => string;
  };

/** Names in a folder: as they are, and by their key. */
interface Listing {
  readonly names: ReadonlySet<string>;
  readonly byKey: ReadonlyMap<string, readonly string[]>;
  /** By their key without ending. */
  readonly byStem: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds the files that a data set names below a folder, as people's names are: absolute, with back-slashes
 * or a drive of Windows, below a folder that was somewhere else (`./data/…`), in other case, with another
 * ending or none. What lies where its name says always goes first. Each folder is listed once.
 */
export class FileFinder {
  readonly #listings = new Map<string, Listing | null>();

  /** `endings` are those that files may have in place of another or none, without the dot. */
  constructor(readonly root: string, private readonly endings: readonly string[] = []) {}

  /** The file of a name, or what is there in its place. */
  find(name: string): FoundFile {
    const plain = withoutBackslashes(name);
    const wanted = isAbsolute(name) ? name : join(this.root, plain === name ? plain : name);
    // An absolute name may be on any disk: it is asked for by itself.
    if (isAbsolute(name) && isFile(name)) return { path: name, exact: true };
    let near: { folder: string; missed: string } | null = null;
    let several: string[] = [];
    for (const [i, parts] of tails(plain).entries()) {
      let folder = this.root;
      let exact = i === 0 && plain === name;
      let missed: string | null = null;
      for (const [k, part] of parts.entries()) {
        const last = k === parts.length - 1;
        const found = this.#entry(folder, part, last);
        if (found.length !== 1) {
          if (found.length > 1) several = found.map((entry) => join(folder, entry));
          missed = part;
          if (last) near ??= { folder, missed: part };
          break;
        }
        // An ending that is left out is no other name.
        exact &&= found[0] === part || (last && found[0]!.startsWith(`${part}.`));
        folder = join(folder, found[0]!);
      }
      if (missed === null && isFile(folder)) return { path: folder, exact };
    }
    return { path: null, wanted, state: () => this.#state(several, near) };
  }

  /** What an entry of a folder may be: one name, none, or several that are as good. */
  #entry(folder: string, part: string, last: boolean): readonly string[] {
    if (part === "..") return [part];
    const listing = this.#list(folder);
    if (!listing) return [];
    if (listing.names.has(part)) return [part];
    const same = listing.byKey.get(keyOf(part));
    if (same) return same;
    if (!last || !this.endings.length) return [];
    // "im00" may be im00.JPG; where that is none, "im00.png" may be im00.jpg.
    for (const stem of new Set([part, stemOf(part)])) {
      const alike = listing.byStem.get(keyOf(stem)) ?? [];
      for (const ending of this.endings) {
        const found = alike.filter((entry) => keyOf(entry).endsWith(`.${ending}`));
        if (found.length) return found;
      }
    }
    return [];
  }

  #state(several: readonly string[], near: { folder: string; missed: string } | null): string {
    if (several.length) return `${several.map((path) => `"${path}"`).join(" and ")} may be meant`;
    if (!near) return "";
    const listing = this.#list(near.folder);
    const closest = listing?.names.size && closestString(near.missed, [...listing.names]);
    return closest ? `"${closest}" is there` : "";
  }

  #list(folder: string): Listing | null {
    let listing = this.#listings.get(folder);
    if (listing === undefined) {
      listing = listingOf(folder);
      this.#listings.set(folder, listing);
    }
    return listing;
  }
}

/** A folder by its name below another, absolute or in other case; null where there is none, or several. */
export function findFolder(root: string, name: string): string | null {
  const path = isAbsolute(name) ? name : join(root, name.replaceAll("\\", "/"));
  if (isFolder(path)) return path;
  const same = listingOf(dirname(path))?.byKey.get(keyOf(basename(path))) ?? [];
  const folders = same.map((entry) => join(dirname(path), entry)).filter(isFolder);
  return folders.length === 1 ? folders[0]! : null;
}

function listingOf(folder: string): Listing | null {
  const names = new Set<string>();
  try {
    for (const { name } of listFolder(folder)) names.add(name);
  } catch {
    return null;
  }
  const [byKey, byStem] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (map: Map<string, string[]>, key: string, name: string) => {
    const there = map.get(key);
    if (there) there.push(name);
    else map.set(key, [name]);
  };
  for (const name of names) {
    add(byKey, keyOf(name), name);
    add(byStem, keyOf(stemOf(name)), name);
  }
  return { names, byKey, byStem };
}

/** Names that are told apart by it are different: neither case nor the way accents are written counts. */
function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, "");
}

function withoutBackslashes(name: string): string {
  return name.replaceAll("\\", "/").replace(/^[A-Za-z]:/, "");
}

/** The parts of a name, then those without the first, and so on: "a/b/c", "b/c", "c". */
function tails(name: string): string[][] {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return parts.map((_, i) => parts.slice(i));
}
