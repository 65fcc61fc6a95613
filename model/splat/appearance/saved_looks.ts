import type { Gpu } from "../../../gpu/device.ts";
import type { SplatConfig } from "../config.ts";
import { batchScaling } from "../training/batch/batch_scaling.ts";
import type { Shot } from "../scene/shot.ts";
import { type Appearance, type Look, setAppearance } from "./appearance.ts";
import { readAppearance } from "./appearance_file.ts";
import { APPEARANCES } from "./table.ts";

/** Looks of pictures as a model has learned them. */
export class SavedLooks {
  readonly #appearance: Appearance | null = null;
  readonly #rows: ReadonlyMap<string, number> = new Map();
  /** How many cameras it knows; any number where it has nothing of cameras. */
  readonly #cameras: number = 0;
  /** Whether left halves of views that are held out were trained on. */
  readonly #halves: boolean;
  /** The picture that all are to look like; undefined for each as itself. */
  readonly #like: number | undefined;

  /** Reads those of a model's folder; `like` names the picture that all are to look like. */
  constructor(gpu: Gpu, folder: string, { config, like }: {
    readonly config: SplatConfig;
    readonly like?: string | undefined;
  }) {
    this.#halves = config.train_test_exp;
    const found = readAppearance(folder);
    if (found) {
      const { file, saved: { name, settings, views, cameras, ...learned } } = found;
      this.#rows = new Map(views.map((view, row) => [view, row]));
      const kind = APPEARANCES[name];
      this.#cameras = kind?.ofCameras ? cameras : Infinity;
      this.#appearance = kind?.make({
        gpu,
        config: { ...config, ...settings },
        scaling: batchScaling(1),
        views: views.length,
        cameras,
      }) ?? null;
      if (this.#appearance) setAppearance(this.#appearance, learned, file);
    }
    if (like === undefined) return;
    this.#like = this.#rows.get(like);
    if (this.#like !== undefined) return;
    throw Object.assign(
      new RangeError(
        `Cannot render "${folder}": no picture that it was trained on is called "${like}"`,
      ),
      { hint: "exposure.json and appearance.json list their names" },
    );
  }

  /** That of a shot; null where it is left as it is drawn. */
  of({ name, test, device = 0 }: Shot): Look | null {
    // Of cameras that are not those of the training nothing is known.
    if (device >= this.#cameras) return null;
    // One that is held out may have the name of another, unless halves of those were trained on.
    const own = test && !this.#halves ? undefined : this.#rows.get(name);
    const view = this.#like ?? own ?? null;
    return this.#appearance?.look({ view, camera: device }) ?? null;
  }

  /** Gives the memory back. */
  release(): void {
    this.#appearance?.release();
  }
}
