import type { RgbaPicture } from "../pictures/picture.ts";
import { readPicture } from "../pictures/read_picture.ts";
import { resizePicture } from "../pictures/resize_picture.ts";
import { countedPixels } from "./counted_pixels.ts";
import { type SceneView, straightLens } from "./scene_view.ts";
import { targetSize } from "./target_size.ts";
import { undistort } from "./undistort.ts";

/** A picture of a view, and which of its pixels count: 1 for each [height, width], null for all. */
export interface ViewPicture extends RgbaPicture {
  /** Which pixels count, row by row; null or absent for all. */
  readonly counts?: Uint8Array | null;
}

/** Decoded pictures of a scene within a budget of memory; what was not used for longest goes first. */
export class PictureStore {
  readonly #kept = new Map<string, ViewPicture>();
  readonly #loading = new Map<string, Promise<ViewPicture>>();
  #bytes = 0;

  /** `budget` in bytes; `resolution` as `targetSize` takes it. */
  constructor(private readonly budget: number, private readonly resolution: number) {}

  /** Size that the picture of a view has once loaded. */
  sizeOf({ pixels }: SceneView): [number, number] {
    return targetSize(pixels, this.resolution);
  }

  /** The picture of a view, straightened and reduced. */
  load(view: SceneView): ViewPicture | Promise<ViewPicture> {
    const kept = this.#kept.get(view.file);
    if (kept) {
      this.#kept.delete(view.file);
      this.#kept.set(view.file, kept);
      return kept;
    }
    let loading = this.#loading.get(view.file);
    if (!loading) {
      loading = this.#read(view).finally(() => this.#loading.delete(view.file));
      this.#loading.set(view.file, loading);
    }
    return loading;
  }

  async #read(view: SceneView): Promise<ViewPicture> {
    const whole = await readPicture(view.file);
    const { mask } = view;
    const lens = straightLens(view.lens);
    const straight = lens ? undistort(whole, { ...view, lens }) : whole;
    const size = targetSize([whole.width, whole.height], this.resolution);
    const picture = {
      ...resizePicture(straight, size),
      counts: mask ? countedPixels(await readPicture(mask.file), { view, mask, size }) : null,
    };
    this.#kept.set(view.file, picture);
    this.#bytes += bytesOf(picture);
    for (const [file, oldest] of this.#kept) {
      if (this.#bytes <= this.budget || file === view.file) break;
      this.#kept.delete(file);
      this.#bytes -= bytesOf(oldest);
    }
    return picture;
  }
}

function bytesOf({ data, counts }: ViewPicture): number {
  return data.length + (counts?.length ?? 0);
}
