import { gridDims } from "../../config/model_config.ts";
import { PARTS } from "../../network/progress.ts";
import { resnetWork } from "../../network/work.ts";
import type { SuperOccConfig } from "../config/config.ts";

// A sampled value costs about as much as eight multiply-adds.
const SAMPLE = 8;
// A pair of a superquadric and a voxel: logarithms, powers, and its classes.
const PAIR = 60;
// Superquadrics of a trained model are about half as large as they may be at most.
const MIDDLE_SCALE = 0.5;

/**
 * About how many multiply-adds each part of a forward pass takes, of one picture where it goes over
 * pictures, of the current frame alone: features of earlier ones are remembered.
 */
export function workOf(config: SuperOccConfig): ReadonlyMap<string, number> {
  const { backbone, image, decoder, queries, occupancy, gaussians, head, neck } = config;
  const work = new Map<string, number>();
  resnetWork(backbone, image).forEach((macs, stage) => work.set(PARTS.backbone(stage), macs));
  const { embedDims: channels, refines, groups, points, feedforward } = decoder;
  const pixels = image.width * image.height / 16;
  work.set(PARTS.neck, pixels * channels * (9 * channels * 1.33 + 16 * backbone.baseChannels));
  work.set(PARTS.start, queries.count * channels);
  const sampled = points * queries.frames;
  const width = channels / groups;
  refines.forEach((each, layer) => {
    const numbers = groups * (width ** 2 + sampled ** 2);
    const mixing = channels * numbers + groups * sampled * width * (width + sampled) +
      channels ** 2 * sampled;
    const attention = 4 * channels ** 2 + 2 * queries.count * channels;
    const rest = 2 * channels * feedforward + 6 * channels ** 2 + 13 * each * channels;
    const sampling = channels * sampled * neck.levels * SAMPLE;
    work.set(PARTS.block(layer), queries.count * (mixing + attention + rest + sampling));
  });
  const [x, y, z] = gridDims(occupancy);
  const radius = MIDDLE_SCALE * gaussians.scaleRange[1] * head.scaleMultiplier / occupancy.voxel;
  const box = [x, y, z].reduce((product, size) => product * Math.min(size, 2 * radius + 1), 1);
  work.set(PARTS.head, gaussians.count * box * PAIR);
  return work;
}
