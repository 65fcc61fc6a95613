import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { binaryCrossEntropy } from "../../../loss/binary/binary_cross_entropy.ts";
import { frequencyWeights } from "../../../loss/class_weights.ts";
import { occupancyTerms } from "../../../loss/occupancy_loss.ts";
import { maskedLabels } from "../../../loss/voxels/masked_labels.ts";
import { type Term, weightedTotal } from "../../../loss/weighted_total.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { gridDims } from "../config/model_config.ts";
import type { Occupancy } from "../network/occupancy_network.ts";
import type { Criterion } from "../model.ts";
import { noTrace, type Trace } from "../network/trace.ts";
import { pixelTerms } from "./pixel_losses.ts";

/** What a prediction is compared with. */
export interface Targets {
  /** u32 [voxels]: labels of the task. */
  readonly labels: Tensor;
  /** u32 [voxels]: 1 where the label counts. */
  readonly mask: Tensor;
}

/** Weights of the classes in the cross-entropy, or null where all count the same. */
export function classWeightsOf(
  gpu: Gpu,
  { loss: { balance }, task }: Pick<AnchorModelConfig, "loss" | "task">,
): Tensor | null {
  if (balance === "none") return null;
  const weights = balance === "manual" ? task.weights : frequencyWeights(task.frequencies ?? []);
  if (!weights?.length) {
    throw new RangeError(
      `Cannot balance the classes: the task ${task.name} has no ${
        balance === "manual" ? "weights" : "frequencies"
      }, "loss.balance" must be "none"`,
    );
  }
  return Tensor.from(gpu, Float32Array.from(weights));
}

/**
 * Factor [voxels] of each voxel in the focal loss, which grows from 1 to 2 with the distance from the
 * z axis as in the original; null where there is no focal loss.
 */
export function voxelWeightsOf(
  gpu: Gpu,
  { loss, occupancy }: Pick<AnchorModelConfig, "loss" | "occupancy">,
): Tensor | null {
  if (!loss.focal) return null;
  const [nx, ny, nz] = gridDims(occupancy);
  const { range: [west, south], voxel } = occupancy;
  const distances = Float32Array.from(
    { length: nx * ny },
    (_, column) =>
      Math.hypot(
        west + (Math.floor(column / ny) + 0.5) * voxel,
        south + (column % ny + 0.5) * voxel,
      ),
  );
  const farthest = distances.reduce((most, distance) => Math.max(most, distance), 0);
  const weights = new Float32Array(nx * ny * nz);
  distances.forEach((distance, column) =>
    weights.fill(distance / farthest + 1, column * nz, (column + 1) * nz)
  );
  return Tensor.from(gpu, weights);
}

/** What the predictions of a model that refines anchors are trained with. */
export function anchorCriterion(gpu: Gpu, config: AnchorModelConfig): Criterion {
  const classWeights = classWeightsOf(gpu, config);
  const voxelWeights = voxelWeightsOf(gpu, config);
  return {
    loss: (occupancy, batch, options = {}) =>
      modelLoss(occupancy, batch, config, { classWeights, voxelWeights, ...options }),
    release: () => {
      classWeights?.release();
      voxelWeights?.release();
    },
  };
}

/**
 * The loss of a prediction: terms of the supervised blocks, averaged (summed in `legacy`) or of all of
 * them `together`, which sorts Lovász's errors in one row, and those of the pixels' depth distributions where they were sampled. `scale` multiplies it all.
 */
export function modelLoss(
  { predictions, pixels, occupancies = [] }:
    & Pick<Occupancy, "predictions" | "pixels">
    & Partial<Pick<Occupancy, "occupancies">>,
  { labels, mask }: Targets,
  { loss, head, legacy, task }: AnchorModelConfig,
  { classWeights, voxelWeights, scale = 1, trace = noTrace }: {
    readonly classWeights: Tensor | null;
    readonly voxelWeights?: Tensor | null | undefined;
    readonly scale?: number;
    readonly trace?: Trace;
  },
): Tensor {
  const own = maskedLabels(labels, mask);
  const joined = loss.together && predictions.length > 1;
  const compared = joined ? [concat(predictions, 1)] : predictions;
  const targets = joined ? concat(predictions.map(() => own)) : own;
  const blocks = legacy ? 1 : compared.length;
  const terms: Term[] = compared.flatMap((prediction, block) => {
    const named = occupancyTerms(prediction, targets, {
      softmax: head.kind === "additive",
      classWeights,
      voxelWeights,
      empty: task.empty,
      lovaszIgnore: loss.lovaszIgnore,
      weights: {
        crossEntropy: loss.nll,
        lovasz: loss.lovasz,
        semScal: loss.semScal,
        geoScal: loss.geoScal,
        focal: loss.focal,
        dice: loss.dice,
      },
    });
    return Object.entries(named).map(([name, [value, weight]]): Term => {
      trace(loss.together ? `loss.${name}` : `loss.${block}.${name}`, value);
      return [value, weight * scale / blocks];
    });
  });
  // The original adds up this one over the blocks.
  for (const occupied of loss.binary ? occupancies : []) {
    const value = binaryCrossEntropy(occupied, own, { empty: task.empty });
    trace("loss.binary", value);
    terms.push([value, loss.binary * scale]);
  }
  for (const [name, [value, weight]] of Object.entries(pixels ? pixelTerms(pixels, loss) : {})) {
    trace(`loss.${name}`, value);
    terms.push([value, weight * scale]);
  }
  const total = weightedTotal(terms);
  trace("loss.total", total);
  return total;
}
