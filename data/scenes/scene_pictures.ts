import { listFolder } from "../files/door.ts";
import { basename, dirname, join, relative } from "@std/path";
import { FileFinder } from "../files/file_finder.ts";
import { isPictureName, PICTURE_ENDINGS } from "../pictures/picture_kinds.ts";

/** The pictures that a scene names: found, counted, and held against those that are there. */
export class ScenePictures {
  readonly #finder: FileFinder;
  readonly #taken = new Map<string, string>();
  #named = 0;
  #renamed: { name: string; file: string; count: number } | null = null;
  #absent: { what: string; count: number } | null = null;

  /** `folder` is the one that names are relative to. */
  constructor(readonly folder: string) {
    this.#finder = new FileFinder(folder, PICTURE_ENDINGS);
  }

  /** The file of a name; null, and counted, where it is missing. */
  find(name: string): string | null {
    this.#named++;
    const found = this.#finder.find(name);
    // A picture that is there under another name belongs to one view only.
    const other = found.path !== null && !found.exact && this.#taken.get(found.path);
    if (found.path === null || other) {
      this.#absent ??= { what: "", count: 0 };
      this.#absent.what ||= found.path === null
        ? `"${found.wanted}"${found.state() && ` (${found.state()})`}`
        : `"${join(this.folder, name)}" ("${found.path}" is that of "${other}")`;
      this.#absent.count++;
      return null;
    }
    this.#taken.set(found.path, name);
    if (!found.exact) {
      this.#renamed ??= { name, file: found.path, count: 0 };
      this.#renamed.count++;
    }
    return found.path;
  }

  /** Path of a picture below the folder, or its bare name where it lies elsewhere. */
  below(file: string): string {
    const path = relative(this.folder, file);
    return path.startsWith("..") ? basename(file) : path;
  }

  /** Where pictures are that lie otherwise than the scene says: one line, or none. */
  remarks(): string[] {
    if (!this.#renamed) return [];
    const { name, file, count } = this.#renamed;
    return [
      `${count} of ${this.#named} pictures are there under another name, "${name}" as ` +
      `"${relative(this.folder, file)}"`,
    ];
  }

  /** How many pictures are missing: one line, or none. */
  missing(): string[] {
    if (!this.#absent) return [];
    const { what, count } = this.#absent;
    return [`${count} of ${this.#named} pictures are missing and left out, the first is ${what}`];
  }

  /**
   * How many pictures the scene does not name, below a folder or, without one, beside those that it names:
   * one line, or none. Endings do not count.
   */
  unnamed(folder: string | null, why: string): string[] {
    const known = new Set(
      [...this.#taken].flatMap((
        [path, name],
      ) => [stemOf(relative(this.folder, path)), stemOf(name)]),
    );
    const root = folder ?? this.folder;
    const names = folder === null
      ? [...new Set([...this.#taken.keys()].map((path) => dirname(path)))].flatMap((beside) =>
        picturesIn(beside).map((name) => relative(root, join(beside, name)))
      )
      : [...picturesBelow(folder)];
    const left = names.filter((name) => !known.has(stemOf(name))).sort();
    if (!left.length || left.length === names.length) return [];
    return [`${left.length} of ${names.length} pictures in "${root}" ${why}: ${listed(left)}`];
  }
}

/** The first few of many names. */
function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function stemOf(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\.[^./]*$/, "").toLowerCase();
}

function picturesIn(folder: string): string[] {
  return listFolder(folder).map(({ name }) => name).filter((name) => isPictureName(name));
}

function* picturesBelow(folder: string, root = folder): Generator<string> {
  for (const { name, isDirectory } of listFolder(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* picturesBelow(path, root);
    else if (isPictureName(name)) yield relative(root, path);
  }
}
