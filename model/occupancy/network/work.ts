import { resnetChannels, type ResNetConfig } from "../../backbone/resnet_config.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { gridDims } from "../config/model_config.ts";
import { PARTS } from "./progress.ts";

// Cells of the sparse convolution around a Gaussian that hold another one, and voxels along an axis
// that a Gaussian reaches, relative to its largest box: both for Gaussians spread over the grid.
const OCCUPIED_TAPS = 10;
const MIDDLE_SCALE = 0.5;
// A sampled value costs about as much as eight multiply-adds.
const SAMPLE = 8;

/**
 * About how many multiply-adds each part of a forward pass takes, for one of `cameras` pictures where it
 * goes over pictures; what a progress line needs to foretell the end.
 */
export function workOf(config: AnchorModelConfig): ReadonlyMap<string, number> {
  const { backbone, lifter, gaussians, encoder, head, image, occupancy } = config;
  const work = new Map<string, number>();
  resnetWork(backbone, image).forEach((macs, stage) => work.set(PARTS.backbone(stage), macs));
  // The finest level has an eighth of the pictures' sides, or a quarter.
  const pixels = image.width * image.height / (config.neck.first === 0 ? 16 : 64);
  work.set(PARTS.neck, pixels * encoder.embedDims * (9 * encoder.embedDims * 1.33 + 900));
  if (lifter.kind === "sampled") {
    const factor = lifter.downsample;
    const small = { width: factor * image.width, height: factor * image.height };
    resnetWork(lifter.backbone, small)
      .forEach((macs, stage) => work.set(PARTS.depths(stage), macs));
    work.set(PARTS.start, lifter.count * pixels * SAMPLE);
  }
  const channels = encoder.embedDims;
  const dense = 8 * channels ** 2 + 4 * channels ** 2 + 5 * channels ** 2 +
    2 * channels * encoder.feedforward * (encoder.order === "v2" ? 2 : 1.5);
  const sparse = OCCUPIED_TAPS * Math.max(1, encoder.convolutions) * channels ** 2;
  const sampled = (7 + encoder.learnedPoints) * config.neck.levels * 4 * channels * SAMPLE / 2;
  for (let block = 0; block < encoder.blocks; block++) {
    work.set(PARTS.block(block), gaussians.count * (dense + sparse + sampled));
  }
  const [x, y, z] = gridDims(occupancy);
  const radius = MIDDLE_SCALE * gaussians.scaleRange[1] * head.scaleMultiplier / occupancy.voxel;
  const box = Math.min(x, 2 * radius + 1) * Math.min(y, 2 * radius + 1) *
    Math.min(z, 2 * radius + 1);
  work.set(PARTS.head, (gaussians.count * box + x * y * z) * 2 * config.task.classes.length);
  return work;
}

/** Multiply-adds of a ResNet's stages for one picture; the stem counts with the first one. */
export function resnetWork(
  config: ResNetConfig,
  { width, height }: { readonly width: number; readonly height: number },
): number[] {
  const { stageBlocks, stemChannels, baseChannels, block, deformable } = config;
  const outputs = resnetChannels(config);
  return stageBlocks.map((blocks, stage) => {
    const pixels = width * height / 16 / 4 ** stage;
    const planes = baseChannels << stage;
    const wide = outputs[stage]!;
    const narrow = stage > 0 ? outputs[stage - 1]! : stemChannels;
    const sampling = deformable[stage] ? 9 * planes * (27 + SAMPLE) : 0;
    const each = block === "basic"
      ? 2 * 9 * planes ** 2
      : 2 * planes * wide + 9 * planes ** 2 + sampling;
    const stem = stage === 0 ? 4 * 49 * 3 * stemChannels * SAMPLE : 0;
    return pixels * (blocks * each + narrow * wide + stem);
  });
}

/** How much of a forward pass is done, told part by part. */
export class WorkDone {
  readonly #work: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #cameras: number;
  readonly #told = new Map<string, number>();
  #done = 0;

  constructor(work: ReadonlyMap<string, number>, cameras: number) {
    this.#work = work;
    this.#cameras = cameras;
    this.#total = [...this.#work].reduce(
      (sum, [part, macs]) => sum + (overPictures(part) ? cameras : 1) * macs,
      0,
    );
  }

  /** Notes that a part is done, of so many pictures at once; returns the share of the whole and a name. */
  add(part: string, pictures = 1, share = 1): { readonly share: number; readonly label: string } {
    this.#done += pictures * share * (this.#work.get(part) ?? 0);
    const told = (this.#told.get(part) ?? 0) + pictures * share;
    this.#told.set(part, told);
    const one = overPictures(part) && pictures < this.#cameras;
    return {
      share: Math.min(1, this.#done / this.#total),
      // The shares of a part do not quite add up to 1.
      label: one ? `camera ${Math.ceil(told - 1e-6)} of ${this.#cameras}, ${part}` : part,
    };
  }
}

function overPictures(part: string): boolean {
  return /stage|pyramid/.test(part);
}
