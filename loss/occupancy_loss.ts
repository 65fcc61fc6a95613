import type { Tensor } from "../gpu/tensor.ts";
import { dice } from "./overlap/dice.ts";
import { lovaszSoftmax } from "./overlap/lovasz_softmax.ts";
import { geoScal, semScal } from "./overlap/scal.ts";
import { channelSoftmax } from "./voxels/channel_softmax.ts";
import { crossEntropy } from "./voxels/cross_entropy.ts";
import { focal } from "./voxels/focal.ts";
import { type Mask, maskedLabels } from "./voxels/masked_labels.ts";
import { nllOnProbabilities } from "./voxels/nll.ts";
import { type Term, weightedTotal } from "./weighted_total.ts";

/** How much each term of the occupancy loss counts; terms of weight 0 are not computed. */
export interface OccupancyWeights {
  /** Of the classes. */
  readonly crossEntropy: number;
  /** Lovász-softmax. */
  readonly lovasz: number;
  /** Affinity of the classes (MonoScene). */
  readonly semScal: number;
  /** Affinity of what is occupied (MonoScene). */
  readonly geoScal: number;
  /** Focal loss of the classes. */
  readonly focal: number;
  /** Dice of the classes. */
  readonly dice: number;
}

/** The weights of all published configurations. */
export const OCCUPANCY_WEIGHTS: Readonly<OccupancyWeights> = {
  crossEntropy: 10,
  lovasz: 1,
  semScal: 0,
  geoScal: 0,
  focal: 0,
  dice: 0,
};

/** What the occupancy loss counts and how it reads the predictions. */
export interface OccupancyOptions {
  /** Whether predictions are logits (GaussianFormer); else they are probabilities (GaussianFormer-2). */
  readonly softmax: boolean;
  /** f32 [classes], for cross-entropy, focal and dice. */
  readonly classWeights?: Tensor | null | undefined;
  /** u32 [voxels]; all published configurations pass label != 0. */
  readonly mask?: Mask;
  /** What differs from the reference's weights. */
  readonly weights?: Partial<OccupancyWeights>;
  /** The class of empty voxels: the affinity losses tell it from the others. */
  readonly empty: number;
  /** The label that Lovász-softmax leaves out: that of empty voxels, if not another one. */
  readonly lovaszIgnore?: number | undefined;
  /** Classes that take no part in semScal: the empty one, if not others. */
  readonly semScalSkip?: readonly number[];
  /** Factor of each voxel in the focal loss, f32 [voxels]. */
  readonly voxelWeights?: Tensor | null | undefined;
}

/**
 * The loss between predictions [classes, voxels] (channels first), one for each supervised block,
 * and labels u32 [voxels]: weighted sum of its terms, mean over the blocks.
 */
export function occupancyLoss(
  predictions: Tensor | readonly Tensor[],
  labels: Tensor,
  options: OccupancyOptions,
): Tensor {
  const blocks = Array.isArray(predictions) ? predictions as readonly Tensor[] : [
    predictions as Tensor,
  ];
  const targets = maskedLabels(labels, options.mask);
  const terms = blocks.flatMap((block) => Object.values(occupancyTerms(block, targets, options)));
  return weightedTotal(terms.map(([loss, weight]) => [loss, weight / blocks.length]));
}

/** The terms of the occupancy loss that have a weight, by name, for labels already masked. */
export function occupancyTerms(
  prediction: Tensor,
  labels: Tensor,
  options: Omit<OccupancyOptions, "mask">,
): Partial<Record<"ce" | "lovasz" | "semScal" | "geoScal" | "focal" | "dice", Term>> {
  const { softmax, classWeights, weights, voxelWeights, empty } = options;
  const { lovaszIgnore = empty, semScalSkip: skip = [empty] } = options;
  const weight = { ...OCCUPANCY_WEIGHTS, ...weights };
  let probabilities: Tensor | null = softmax ? null : prediction;
  const probs = () => probabilities ??= channelSoftmax(prediction);
  const entropy = softmax ? crossEntropy : nllOnProbabilities;
  const terms = {
    ce: [weight.crossEntropy, () => entropy(prediction, labels, { classWeights })],
    lovasz: [weight.lovasz, () => lovaszSoftmax(probs(), labels, { ignore: lovaszIgnore })],
    semScal: [weight.semScal, () => semScal(probs(), labels, { skip })],
    geoScal: [weight.geoScal, () => geoScal(probs(), labels, { empty })],
    focal: [weight.focal, () => focal(prediction, labels, { classWeights, voxelWeights })],
    dice: [weight.dice, () => dice(probs(), labels, { classWeights })],
  } satisfies Record<string, [number, () => Tensor]>;
  return Object.fromEntries(
    Object.entries(terms).filter(([, [factor]]) => factor !== 0)
      .map(([name, [factor, compute]]) => [name, [(compute as () => Tensor)(), factor] as Term]),
  );
}
