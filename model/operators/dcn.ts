import { deformConv2d } from "../../gpu/ops/nn/deform_conv/deform_conv2d.ts";
import { backward, variable } from "../../gpu/tape.ts";
import {
  checkInputs,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";

/** Modulated deformable convolution. */
export const dcn: Operator = {
  name: "dcn",
  summary: "modulated deformable convolution (DCNv2)",
  inputs: {
    input: { axes: ["images", "inputs", "height", "width"] },
    weight: { axes: ["outputs", "inputs / groups", "kernel height", "kernel width"] },
    bias: { axes: ["outputs"], optional: true },
    offset: { axes: ["images", "2 taps", "output height", "output width"] },
    mask: { axes: ["images", "taps", "output height", "output width"] },
    config: { axes: [5], integer: true },
    grad_output: { axes: ["images", "outputs", "output height", "output width"], optional: true },
  },
  async run(gpu, inputs) {
    checkInputs(dcn, inputs);
    using _scope = gpu.scope();
    const leaves = Object.fromEntries(
      ["input", "weight", "offset", "mask", "bias"]
        .filter((key) => inputs[key])
        .map((key) => [key, variable(upload(gpu, inputs[key]!))]),
    );
    const [stride, padding, dilation, groups, deformGroups] = fewNumbers(inputs.config!);
    const { input, weight, offset, mask, bias = null } = leaves;
    const output = deformConv2d(input!, { offset: offset!, mask: mask! }, weight!, {
      stride: stride!,
      padding: padding!,
      dilation: dilation!,
      groups: groups!,
      deformGroups: deformGroups!,
      bias,
    }).retain();
    const results: Record<string, HostArray> = { output: await download(output) };
    if (!inputs.grad_output) return results;
    backward(output, upload(gpu, inputs.grad_output));
    for (const [key, leaf] of Object.entries(leaves)) {
      results[`grad_${key}`] = await download(leaf.gradient!);
    }
    return results;
  },
};
