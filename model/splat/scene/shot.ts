import type { PinholeCamera } from "../../../data/scenes/scene_view.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";

/** A camera with the picture that it took, which is loaded when it is asked for. */
export interface Shot {
  /** Unique among those of its set. */
  readonly name: string;
  readonly camera: PinholeCamera;
  /** Held out for tests, though it may be trained on in part (`train_test_exp`). */
  readonly test: boolean;
  readonly pixels: () => RgbaPicture | Promise<RgbaPicture>;
  /** Inverse depth [height, width] in units of the scene, where it is known and to be trusted. */
  readonly inverseDepth?: (() => Float32Array | Promise<Float32Array>) | undefined;
}

/** Pictures on the GPU: kept there while there is room, else uploaded each time. */
export class ShotPixels {
  readonly #kept = new Map<Shot, Tensor>();
  #bytes = 0;

  /** `budget` in bytes, 0 to keep none. */
  constructor(private readonly gpu: Gpu, private readonly budget: number) {}

  /** RGBA bytes u8 [height, width, 4]; the caller must not release them, a scope may. */
  async load(shot: Shot): Promise<Tensor> {
    const kept = this.#kept.get(shot);
    if (kept) return kept;
    const { width, height } = shot.camera;
    const picture = await shot.pixels();
    if (picture.width !== width || picture.height !== height) {
      throw new RangeError(
        `Cannot use picture "${shot.name}": it is ${picture.width} x ${picture.height}, its camera ` +
          `${width} x ${height}`,
      );
    }
    const { data } = picture;
    if (this.#bytes + data.length > this.budget) {
      return Tensor.from(this.gpu, data, [height, width, 4]);
    }
    const tensor = this.gpu.lasting(() => Tensor.from(this.gpu, data, [height, width, 4]));
    this.#kept.set(shot, tensor);
    this.#bytes += data.length;
    return tensor;
  }

  /** Gives all of it back. */
  release(): void {
    for (const tensor of this.#kept.values()) tensor.release();
    this.#kept.clear();
  }
}
