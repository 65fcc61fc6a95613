import { add, multiply } from "../../gpu/ops/array/elementwise/binary.ts";
import { scale } from "../../gpu/ops/array/elementwise/unary.ts";
import { slice } from "../../gpu/ops/array/move/slice.ts";
import { sum } from "../../gpu/ops/array/reduce/sum.ts";
import { adamw } from "../../gpu/optim/adamw.ts";
import { Parameter } from "../../gpu/parameter.ts";
import { backward, backwardAll, noGradient, variable } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { correctPoses } from "../splat/poses/pose_correction.ts";
import { download, type HostArray, type Operator, upload } from "./operator.ts";

/** Poses corrected by nine learned numbers, and a training of these. */
export const pose: Operator = {
  name: "pose",
  summary: "poses corrected by learned numbers with gradients, and steps of Adam on these",
  inputs: {
    camtoworlds: { axes: ["poses", 4, 4] },
    embeds: { axes: ["poses", 9] },
    v_viewmats: { axes: ["poses", 4, 4], optional: true },
    train_order: { axes: ["steps"], integer: true, optional: true },
    train_v_viewmats: { axes: ["steps", 4, 4], optional: true },
    train_lr: { axes: [1], optional: true },
    train_weight_decay: { axes: [1], optional: true },
    train_gamma: { axes: [1], optional: true },
  },
  async run(gpu, inputs) {
    const given = variable(upload(gpu, inputs.camtoworlds!));
    const corrections = variable(upload(gpu, inputs.embeds!));
    const { poses, views } = correctPoses(given, corrections);
    views.retain();
    const results: Record<string, HostArray> = {
      camtoworlds_out: await download(poses),
      viewmats: await download(views),
    };
    if (inputs.v_viewmats) {
      backwardAll([views], [upload(gpu, inputs.v_viewmats)]);
      results.grad_embeds = await download(corrections.gradient!);
      results.grad_camtoworlds = await download(given.gradient!);
    }
    if (inputs.train_order) {
      const { camtoworlds, train_order, train_v_viewmats, train_lr } = inputs;
      const learned = new Parameter(gpu, inputs.embeds!.shape);
      const decay = inputs.train_weight_decay!.data[0]!;
      const losses = new Float32Array(train_order!.data.length);
      let rate = train_lr!.data[0]!;
      for (let step = 0; step < losses.length; step++) {
        using _step = gpu.scope();
        const at = train_order!.data[step]!;
        const { views } = correctPoses(upload(gpu, camtoworlds!), learned.value);
        const upstream = Float32Array.from(
          { length: 16 },
          (_, i) => train_v_viewmats!.data[16 * step + i]!,
        );
        const weights = Tensor.from(gpu, upstream, [1, 4, 4]);
        const loss = sum(multiply(slice(views, 0, at, at + 1), weights)).retain();
        backward(loss);
        const { value } = learned;
        // L2, not decoupled: what it pulls is part of the gradient.
        value.gradient = noGradient(gpu, () => add(value.gradient!, scale(value, decay)));
        adamw([{ parameters: [learned], rate }], { step: step + 1 });
        value.gradient = null;
        losses[step] = (await loss.read("f32"))[0]!;
        rate *= inputs.train_gamma!.data[0]!;
      }
      results.train_loss = { shape: [losses.length], data: losses };
      results.train_embeds = await download(learned.value);
      learned.release();
    }
    return results;
  },
};
