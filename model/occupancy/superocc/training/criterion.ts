import type { Gpu } from "../../../../gpu/device.ts";
import { clamp } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { lovaszSoftmax } from "../../../../loss/overlap/lovasz_softmax.ts";
import { voxelChamfer } from "../../../../loss/points/voxel_chamfer.ts";
import { EXCLUDED, maskedLabels } from "../../../../loss/voxels/masked_labels.ts";
import { nllOnProbabilities } from "../../../../loss/voxels/nll.ts";
import { type Term, weightedTotal } from "../../../../loss/weighted_total.ts";
import type { Criterion } from "../../model.ts";
import { classWeightsOf } from "../../training/losses.ts";
import type { SuperOccConfig } from "../config/config.ts";
import type { SuperOccupancy } from "../network/superocc.ts";
import { gridOf } from "../network/superquadric_head.ts";

// Both losses see probabilities that are kept away from 0 and 1; no gradient passes beyond.
const LEAST = 1e-6;

/**
 * SuperOcc's losses: cross-entropy and Lovász-softmax (which counts empty voxels too) of every layer's
 * prediction, and how far the initial points are from what is occupied; all are added up.
 */
export function superOccCriterion(gpu: Gpu, config: SuperOccConfig): Criterion {
  const { loss: weights, task } = config;
  const classWeights = classWeightsOf(gpu, config);
  const grid = gridOf(config);
  return {
    loss: (occupancy, { labels, mask }, { scale = 1, trace } = {}) => {
      const { predictions, supervised, initialPoints } = occupancy as SuperOccupancy;
      const targets = maskedLabels(labels, mask);
      const last = supervised.at(-1)!;
      const named: (readonly [name: string, term: Term])[] = predictions.flatMap(
        (prediction, i) => {
          const probabilities = clamp(prediction, LEAST, 1 - LEAST);
          const layer = supervised[i] === last ? "" : `d${supervised[i]}.`;
          const crossEntropy = nllOnProbabilities(probabilities, targets, {
            ...classWeights && { classWeights },
            ignore: EXCLUDED,
          });
          const lovasz = lovaszSoftmax(probabilities, targets, { ignore: weights.lovaszIgnore });
          return [
            [`${layer}loss_occ`, [crossEntropy, weights.nll]],
            [`${layer}loss_voxel_lovasz`, [lovasz, weights.lovasz]],
          ] as const;
        },
      );
      const points = voxelChamfer(initialPoints, targets, {
        grid,
        empty: task.empty,
        ignore: EXCLUDED,
        beta: weights.pointsBeta,
      });
      named.push(["init_loss_pts", [points, weights.points]]);
      for (const [name, term] of named) trace?.(`loss.${name}`, weightedTotal([term]));
      const total = weightedTotal(
        named.map(([, [value, weight]]) => [value, weight * scale] as const),
      );
      trace?.("loss.total", total);
      return total;
    },
    release: () => classWeights?.release(),
  };
}
