import type { Gpu } from "../../gpu/device.ts";
import { scale } from "../../gpu/ops/array/elementwise/unary.ts";
import { backward, variable } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { binocularL1, disparityL1, pearsonLoss } from "../../loss/depth/depth_losses.ts";
import { maskedL1 } from "../../loss/photometric/masked_l1.ts";
import { meanOpacity, meanScale } from "../splat/training/regularisers.ts";
import { checkInputs, download, type HostArray, type Operator, upload } from "./operator.ts";

/** A loss of a training of splats: what its gradient is by, and what it takes besides. */
interface Term {
  readonly by: string;
  readonly needs: readonly string[];
  compute(
    x: Tensor,
    others: readonly Tensor[],
    inputs: Readonly<Record<string, HostArray>>,
  ): Tensor;
}

const TERMS: Readonly<Record<string, Term>> = {
  opacity_reg: {
    by: "opacity_logits",
    needs: [],
    compute: (x, _, { weight }) => scale(meanOpacity(x), weight!.data[0]!),
  },
  scale_reg: {
    by: "log_scales",
    needs: [],
    compute: (x, _, { weight }) => scale(meanScale(x), weight!.data[0]!),
  },
  depth_l1: {
    by: "pred_depth",
    needs: ["gt_depth"],
    compute: (x, [target], { scene_scale }) =>
      scale(disparityL1(x, target!), scene_scale?.data[0] ?? 1),
  },
  binocular: {
    by: "pred_depth",
    needs: ["gt_depth", "mask"],
    compute: (x, [target, mask]) => binocularL1(x, target!, mask!),
  },
  pearson: {
    by: "pred_depth",
    needs: ["gt_depth", "mask"],
    compute: (x, [target, mask]) => pearsonLoss(x, target!, mask!),
  },
  masked_l1: {
    by: "image",
    needs: ["target", "mask"],
    compute: (x, [target, mask]) => maskedL1(x, target!, mask!),
  },
};

/** The losses beside that of pictures which trainings of splats may have, those that the arrays are for. */
export const regularisers: Operator = {
  name: "regularisers",
  summary: "mean opacity and scale, L1 and correlation of depths, masked L1, and their gradients",
  inputs: {
    opacity_logits: { axes: ["opacities"], optional: true },
    log_scales: { axes: ["gaussians", 3], optional: true },
    weight: { axes: [1], optional: true },
    pred_depth: { axes: ["height", "width"], optional: true },
    gt_depth: { axes: ["height", "width"], optional: true },
    mask: { axes: ["height", "width"], optional: true },
    scene_scale: { axes: [1], optional: true },
    image: { axes: ["batch", "channels", "height", "width"], optional: true },
    target: { axes: ["batch", "channels", "height", "width"], optional: true },
  },
  async run(gpu, inputs) {
    checkInputs(regularisers, inputs);
    const outputs: Record<string, HostArray> = {};
    for (const [name, term] of Object.entries(TERMS)) {
      const weighs = name.endsWith("_reg") ? ["weight"] : [];
      if (![term.by, ...term.needs, ...weighs].every((key) => inputs[key])) continue;
      Object.assign(outputs, await termOf(gpu, inputs, { name, term }));
    }
    return outputs;
  },
};

async function termOf(
  gpu: Gpu,
  inputs: Readonly<Record<string, HostArray>>,
  { name, term }: { readonly name: string; readonly term: Term },
): Promise<Record<string, HostArray>> {
  using _scope = gpu.scope();
  const x = variable(upload(gpu, inputs[term.by]!));
  const others = term.needs.map((key) => upload(gpu, inputs[key]!));
  const loss = term.compute(x, others, inputs).retain();
  backward(loss);
  return {
    [name]: { shape: [1], data: (await download(loss)).data },
    [`grad_${name}`]: await download(x.gradient!),
  };
}
