import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { matmul } from "../../../../gpu/ops/nn/gemm/matmul.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { networkImages } from "../../network/network_images.ts";
import type { CameraBatch } from "../../network/occupancy_network.ts";
import { pictureFeatures, type PictureNetworks } from "../../network/picture_features.ts";
import type { Tell } from "../../network/progress.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import type { SuperOccConfig } from "../config/config.ts";
import { motionTo } from "../queries/stream.ts";
import type { PictureFrames } from "./sampling.ts";

/** Picture frames, and what of them the next key frame is to be given. */
export interface SeenFrames {
  readonly pictures: PictureFrames;
  /** `bank.N` and `projection.N` of the N-th youngest frame, and `imageSize`; nothing where all pictures came with the batch. */
  readonly kept: Readonly<Record<string, Tensor>>;
}

interface Frame {
  readonly bank: Tensor;
  /** [cameras, 4, 4]: the current frame of the model to pixels. */
  readonly projection: Tensor;
}

/** Makes features of pictures, or remembers those of earlier ones. */
export class PictureMemory {
  constructor(
    private readonly config: SuperOccConfig,
    private readonly networks: PictureNetworks,
  ) {}

  /**
   * A batch has the pictures of all frames, the current one first, or of the current one only: features of
   * earlier ones are the memory's then, without gradient, and where that has too few the oldest stands in
   * for those before.
   */
  look(
    batch: CameraBatch,
    { training, trace, tell }: {
      readonly training: boolean;
      readonly trace: Trace;
      readonly tell: Tell;
    },
  ): SeenFrames {
    const { frames } = this.config.queries;
    const { projection, imageSize } = batch;
    const { gpu, rows: pictures } = projection;
    const cameras = this.config.task.cameras.length;
    if (pictures !== cameras && pictures !== frames * cameras) {
      throw new RangeError(
        `Cannot run SuperOcc: ${pictures} pictures, it takes those of ${cameras} cameras or ${
          frames * cameras
        } of ${frames} moments`,
      );
    }
    let levels: PictureFrames["levels"] = [];
    const images = networkImages(batch, this.config.image);
    const look = (frame: number): Frame => {
      const window = (all: Tensor) => all.window(frame * cameras, (frame + 1) * cameras);
      const made = pictureFeatures(window(images), this.networks, {
        training,
        trace: frame === 0 ? trace : noTrace,
        tell,
      });
      levels = made.levels;
      return { bank: made.features, projection: window(projection) };
    };
    const all = pictures !== cameras;
    const seen = all ? Array.from({ length: frames }, (_, i) => look(i)) : [
      look(0),
      ...remembered(batch),
    ].slice(0, frames);
    const oldest = seen.at(-1)!;
    const filled = [
      ...seen,
      ...Array.from({ length: frames - seen.length }, () => oldest),
    ];
    return {
      pictures: {
        banks: filled.map(({ bank }) => bank),
        levels,
        projection: noGradient(
          gpu,
          () => concat(filled.map(({ projection }) => projection.alias([1, cameras, 4, 4]))),
        ),
        imageSize: (all ? imageSize : noGradient(gpu, () => concat(filled.map(() => imageSize))))
          .alias([frames, cameras, 2]),
      },
      kept: all ? {} : Object.fromEntries(
        seen.slice(0, frames - 1).flatMap(({ bank, projection }, i) => [
          [`bank.${i}`, detached(bank)],
          [`projection.${i}`, projection],
        ]),
      ),
    };
  }
}

/** The frames of a memory, their cameras as seen from the current frame. */
function remembered({ memory, moment }: CameraBatch): Frame[] {
  if (!memory || !moment) return [];
  const { tensors } = memory;
  const motion = motionTo(memory.moment.worldFromFrame, moment.worldFromFrame);
  const frames: Frame[] = [];
  for (let i = 0; tensors[`bank.${i}`]; i++) {
    const bank = tensors[`bank.${i}`]!;
    const { gpu } = bank;
    const then = Tensor.from(gpu, Float32Array.from(motion), [4, 4]);
    const projection = noGradient(gpu, () => matmul(tensors[`projection.${i}`]!, then));
    frames.push({ bank, projection });
  }
  return frames;
}

/** The same features without a place on the tape. */
function detached(bank: Tensor): Tensor {
  return bank.alias();
}
