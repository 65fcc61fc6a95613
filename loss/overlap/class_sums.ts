import { Kernel, type Snippet } from "../../gpu/kernel.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import gradientSource from "./class_gradient.wgsl" with { type: "text" };
import statisticsSource from "./class_statistics.wgsl" with { type: "text" };
import sumsSource from "./class_sums.wgsl" with { type: "text" };
import foldSource from "./class_sums_fold.wgsl" with { type: "text" };

/** The structs `ClassSums` and `ClassGradient`. */
export const classStatisticsSnippet: Snippet = {
  path: "loss/overlap/class_statistics.wgsl",
  source: statisticsSource,
};

const include = [reduceSnippet, classStatisticsSnippet];
const sumsKernel = new Kernel("loss/overlap/class_sums.wgsl", sumsSource, { include });
const foldKernel = new Kernel("loss/overlap/class_sums_fold.wgsl", foldSource, { include });
const gradientKernel = new Kernel("loss/overlap/class_gradient.wgsl", gradientSource, {
  include: [classStatisticsSnippet],
});

const SUMS_FIELDS = 8;
const GRADIENT_FIELDS = 4;

/**
 * What the overlap of each class with the labels is made of, f32 [classes, 8] with the fields of
 * `ClassSums`: probs [classes, voxels], labels u32 [voxels].
 */
export function classSums(probs: Tensor, labels: Tensor, ignore: number): Tensor {
  const { gpu } = probs;
  const [channels, voxels] = probs.shape as [number, number];
  const groups = Math.max(1, Math.min(128, Math.ceil(voxels / 64)));
  const partials = Tensor.empty(gpu, [channels * groups, SUMS_FIELDS]);
  sumsKernel.dispatch(gpu, { probs, labels, partials }, { voxels, ignore }, {
    groups: [groups, channels],
  });
  const sums = Tensor.empty(gpu, [channels, SUMS_FIELDS]);
  foldKernel.dispatch(gpu, { partials, sums }, { groups }, { groups: channels });
  return sums;
}

/** Room for the derivative by each class's probabilities, with the fields of `ClassGradient`. */
export function emptyClassGradients(probs: Tensor): Tensor {
  return Tensor.empty(probs.gpu, [probs.rows, GRADIENT_FIELDS]);
}

/** The gradient by probs of a loss that depends on nothing but `classSums`. */
export function classGradient(
  probs: Tensor,
  labels: Tensor,
  gradients: Tensor,
  { dy, ignore }: { dy: Tensor; ignore: number },
): Tensor {
  const { gpu } = probs;
  const [channels, voxels] = probs.shape as [number, number];
  const dprobs = Tensor.empty(gpu, probs.shape);
  gradientKernel.dispatch(
    gpu,
    { probs, labels, gradients, dy, dprobs },
    { channels, voxels, ignore },
    { threads: voxels },
  );
  return dprobs;
}
