import type { ViewCamera } from "../../../data/scenes/scene_view.ts";
import type { ViewPicture } from "../../../data/scenes/picture_store.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";

/** A camera with the picture that it took, which is loaded when it is asked for. */
export interface Shot {
  /** Unique among those of its set. */
  readonly name: string;
  /** Where it was taken from. */
  readonly camera: ViewCamera;
  /** Which of the physical cameras took it; the first unless given. */
  readonly device?: number | undefined;
  /** Held out for tests, though it may be trained on in part (`train_test_exp`). */
  readonly test: boolean;
  /** Its picture, read when it is asked for. */
  readonly pixels: () => ViewPicture | Promise<ViewPicture>;
  /** Inverse depth [height, width] in units of the scene, where it is known and to be trusted. */
  readonly inverseDepth?: (() => Float32Array | Promise<Float32Array>) | undefined;
}

/** What tells a shot from all others: names of Blender's scenes are those of their set alone. */
export function shotKey({ name, test }: Pick<Shot, "name" | "test">): string {
  return `${test ? "held out" : "trained on"}: ${name}`;
}

/** How many physical cameras took shots. */
export function camerasOf(shots: readonly Pick<Shot, "device">[]): number {
  return shots.reduce((most, { device = 0 }) => Math.max(most, device + 1), 1);
}

/** A picture on the GPU. */
export interface ShotPicture {
  /** RGBA bytes u8 [height, width, 4]. */
  readonly pixels: Tensor;
  /** 1 for the pixels that count, else 0, f32 [1, height, width]; null where all count. */
  readonly counts: Tensor | null;
}

/** Pictures on the GPU: kept there while there is room, else uploaded each time. */
export class ShotPixels {
  readonly #kept = new Map<Shot, ShotPicture>();
  #bytes = 0;

  /** `budget` in bytes, 0 to keep none. */
  constructor(private readonly gpu: Gpu, private readonly budget: number) {}

  /** The picture of a shot; the caller must not release it, a scope may. */
  async load(shot: Shot): Promise<ShotPicture> {
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
    const { data, counts } = picture;
    const bytes = data.length + 4 * (counts?.length ?? 0);
    const upload = (): ShotPicture => ({
      pixels: Tensor.from(this.gpu, data, [height, width, 4]),
      counts: counts ? Tensor.from(this.gpu, Float32Array.from(counts), [1, height, width]) : null,
    });
    if (this.#bytes + bytes > this.budget) return upload();
    const uploaded = this.gpu.lasting(upload);
    this.#kept.set(shot, uploaded);
    this.#bytes += bytes;
    return uploaded;
  }

  /** Gives all of it back. */
  release(): void {
    for (const { pixels, counts } of this.#kept.values()) {
      pixels.release();
      counts?.release();
    }
    this.#kept.clear();
  }
}
