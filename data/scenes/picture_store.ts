import { pictureSize, readPicture } from "../pictures/read_picture.ts";
import { resizePicture } from "../pictures/resize_picture.ts";
import type { RgbaPicture } from "../pictures/picture.ts";
import type { SceneView } from "./scene_view.ts";
import { targetSize } from "./target_size.ts";
import { undistort } from "./undistort.ts";

/** Decoded pictures of a scene within a budget of memory; what was not used for longest goes first. */
export class PictureStore {
  readonly #kept = new Map<string, RgbaPicture>();
  readonly #loading = new Map<string, Promise<RgbaPicture>>();
  #bytes = 0;

  /** `budget` in bytes; `resolution` as `targetSize` takes it. */
  constructor(private readonly budget: number, private readonly resolution: number) {}

  /** Size that the picture of a view has once loaded, from the head of its file. */
  sizeOf({ file }: SceneView): [number, number] {
    return targetSize(pictureSize(file), this.resolution);
  }

  /** The picture of a view, straightened and reduced. */
  load(view: SceneView): RgbaPicture | Promise<RgbaPicture> {
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

  async #read(view: SceneView): Promise<RgbaPicture> {
    const whole = await readPicture(view.file);
    const { lens } = view;
    const straight = lens ? undistort(whole, { ...view, lens }) : whole;
    const picture = resizePicture(
      straight,
      targetSize([whole.width, whole.height], this.resolution),
    );
    this.#kept.set(view.file, picture);
    this.#bytes += picture.data.length;
    for (const [file, { data }] of this.#kept) {
      if (this.#bytes <= this.budget || file === view.file) break;
      this.#kept.delete(file);
      this.#bytes -= data.length;
    }
    return picture;
  }
}
