import { FileFinder, findFolder } from "../files/file_finder.ts";
import { PICTURE_ENDINGS } from "../pictures/picture_kinds.ts";
import type { SceneOptions } from "./scene.ts";
import type { Mask } from "./scene_view.ts";

/** Folders of masks beside that of the pictures. */
const FOLDERS = ["masks", "mask"];

/** The masks of a scene's pictures: named by it, or lying in a folder `masks` under the pictures' names. */
export class SceneMasks {
  readonly #named: FileFinder;
  readonly #beside: FileFinder | null;
  readonly #mode: "use" | "ignore" | "inverted";
  #found = 0;
  #missing: string[] = [];

  constructor(folder: string, { masks = "use" }: SceneOptions) {
    this.#mode = masks;
    this.#named = new FileFinder(folder, PICTURE_ENDINGS);
    const beside = FOLDERS.map((name) => findFolder(folder, name)).find((path) => path !== null);
    this.#beside = beside === undefined ? null : new FileFinder(beside, PICTURE_ENDINGS);
  }

  /**
   * The mask of a picture, given by its path below the folder of pictures: the one that the scene names, else
   * NAME, NAME.png or NAME with another ending in the folder of masks.
   */
  of(picture: string, named: string | null = null): { mask?: Mask } {
    const found = named !== null ? this.#named.find(named) : this.#beside?.find(picture);
    if (!found) return {};
    if (found.path === null) {
      if (named !== null) this.#missing.push(found.wanted);
      return {};
    }
    this.#found++;
    return this.#mode === "ignore"
      ? {}
      : { mask: { file: found.path, inverted: this.#mode === "inverted" } };
  }

  /** What is done with them: one line, or none. */
  remarks(pictures: number): string[] {
    if (!this.#found) return [];
    const have = `${this.#found} of ${pictures} pictures have masks`;
    return [
      this.#mode === "ignore"
        ? `${have}, which are not used (--masks ignore)`
        : `${have}: what is ${this.#mode === "use" ? "dark" : "bright"} in them does not count; ` +
          '"--masks ignore" leaves them out',
    ];
  }

  /** How many are named and missing: one line, or none. */
  lost(): string[] {
    return this.#missing.length && this.#mode !== "ignore"
      ? [
        `${this.#missing.length} masks are missing, their pictures count as a whole; the first is ` +
        `"${this.#missing[0]}"`,
      ]
      : [];
  }
}
