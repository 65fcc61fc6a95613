import { Kernel, type Snippet } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { type Mask, maskedLabels } from "../voxels/masked_labels.ts";
import {
  classGradient,
  classStatisticsSnippet,
  classSums,
  emptyClassGradients,
} from "./class_sums.ts";
import geoSource from "./geo_scal.wgsl" with { type: "text" };
import minusLogSource from "./minus_log.wgsl" with { type: "text" };
import semSource from "./sem_scal.wgsl" with { type: "text" };

const minusLogSnippet: Snippet = { path: "loss/overlap/minus_log.wgsl", source: minusLogSource };
const include = [classStatisticsSnippet, minusLogSnippet];
const semKernel = new Kernel("loss/overlap/sem_scal.wgsl", semSource, { include });
const geoKernel = new Kernel("loss/overlap/geo_scal.wgsl", geoSource, { include });

/** Which voxels an affinity loss counts. */
export interface AffinityOptions {
  /** Voxels of this label are left out. */
  readonly ignore?: number;
  /** Voxels where this u32 [voxels] is 0 are left out. */
  readonly mask?: Mask;
}

/**
 * Scene-class affinity of MonoScene (Cao and de Charette 2022): -log of precision, recall and
 * specificity, mean over the classes seen but those of `skip`, which names the empty one. probs
 * [classes, voxels], labels u32 [voxels].
 */
export function semScal(
  probs: Tensor,
  labels: Tensor,
  { ignore = 255, mask, skip }: AffinityOptions & { skip: readonly number[] },
): Tensor {
  const targets = checked("semScal", probs, labels, mask);
  const { gpu, rows: channels } = probs;
  const loss = Tensor.empty(gpu, []);
  const gradients = emptyClassGradients(probs);
  const sums = classSums(probs, targets, ignore);
  using _ = gpu.scope();
  const counted = Uint32Array.from({ length: channels }, (_, c) => Number(!skip.includes(c)));
  semKernel.dispatch(
    gpu,
    { sums, counted: Tensor.from(gpu, counted), loss, gradients },
    { channels },
    { groups: 1 },
  );
  return record(
    "semScal",
    [probs],
    loss,
    (dy) => [classGradient(probs, targets, gradients, { dy, ignore })],
  );
}

/**
 * Scene-class affinity of "not empty": -log of its precision, recall and specificity, with the
 * probability 1 - probs[empty]. probs [classes, voxels], labels u32 [voxels].
 */
export function geoScal(
  probs: Tensor,
  labels: Tensor,
  { ignore = 255, mask, empty }: AffinityOptions & { empty: number },
): Tensor {
  const targets = checked("geoScal", probs, labels, mask);
  const { gpu, rows: channels } = probs;
  if (!(empty >= 0 && empty < channels)) {
    throw new RangeError(
      `Cannot run geoScal: the empty class is ${empty}, it must be one of ${channels}`,
    );
  }
  const loss = Tensor.empty(gpu, []);
  const gradients = emptyClassGradients(probs);
  const sums = classSums(probs, targets, ignore);
  geoKernel.dispatch(gpu, { sums, loss, gradients }, { channels, empty }, { groups: 1 });
  return record(
    "geoScal",
    [probs],
    loss,
    (dy) => [classGradient(probs, targets, gradients, { dy, ignore })],
  );
}

function checked(op: string, probs: Tensor, labels: Tensor, mask: Mask): Tensor {
  checkShapes(op, {
    probs: [probs, "channels", "voxels"],
    labels: [labels, "voxels"],
    mask: [mask, "voxels"],
  });
  return maskedLabels(labels, mask);
}
