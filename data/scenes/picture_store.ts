import type { RgbaPicture } from "../pictures/picture.ts";
import { applyOrientation } from "../pictures/jpeg/image_orientation.ts";
import { readPicture } from "../pictures/read_picture.ts";
import { resizePicture } from "../pictures/resize_picture.ts";
import { KeptWithin } from "../kept_within.ts";
import { countedPixels } from "./counted_pixels.ts";
import { readDepth } from "./depth_table.ts";
import { type DepthPrior, type SceneView, straightLens } from "./scene_view.ts";
import { targetSize } from "./target_size.ts";
import { undistort } from "./undistort.ts";

/** A picture of a view, and which of its pixels count: 1 for each [height, width], null for all. */
export interface ViewPicture extends RgbaPicture {
  /** Which pixels count, row by row; null or absent for all. */
  readonly counts?: Uint8Array | null;
}

/** Decoded pictures and depths of a scene within a budget of memory. */
export class PictureStore {
  readonly #kept: KeptWithin<ViewPicture | Float32Array>;
  readonly #loading = new Map<string, Promise<ViewPicture>>();

  /** `budget` in bytes; `resolution` as `targetSize` takes it. */
  constructor(budget: number, private readonly resolution: number) {
    this.#kept = new KeptWithin(budget);
  }

  /** Bytes of what is kept. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** Size that the picture of a view has once loaded. */
  sizeOf({ pixels }: SceneView): [number, number] {
    return targetSize(pixels, this.resolution);
  }

  /** The picture of a view, straightened and reduced. */
  load(view: SceneView): ViewPicture | Promise<ViewPicture> {
    const kept = this.#kept.get(`picture ${view.file}`) as ViewPicture | undefined;
    if (kept) return kept;
    let loading = this.#loading.get(view.file);
    if (!loading) {
      loading = this.#read(view).finally(() => this.#loading.delete(view.file));
      this.#loading.set(view.file, loading);
    }
    return loading;
  }

  async #read(view: SceneView): Promise<ViewPicture> {
    const stored = await readPicture(view.file);
    const whole = view.orientation ? applyOrientation(stored, view.orientation) : stored;
    const { mask } = view;
    const lens = straightLens(view.lens);
    const straight = lens ? undistort(whole, { ...view, lens }) : whole;
    const size = targetSize([whole.width, whole.height], this.resolution);
    const picture = {
      ...resizePicture(straight, size),
      counts: mask ? countedPixels(await readPicture(mask.file), { view, mask, size }) : null,
    };
    const bytes = picture.data.length + (picture.counts?.length ?? 0);
    this.#kept.put(`picture ${view.file}`, picture, bytes);
    return picture;
  }

  /** A prior as inverse depth f32 [height, width], of the size that its view's picture has. */
  inverseDepth(depth: DepthPrior, size: readonly [number, number]): Float32Array {
    const name = `depth ${depth.file}`;
    const kept = this.#kept.get(name) as Float32Array | undefined;
    if (kept) return kept;
    const read = readDepth(depth, size);
    this.#kept.put(name, read, read.byteLength);
    return read;
  }
}
