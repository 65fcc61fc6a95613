import type { Gpu } from "../../gpu/device.ts";
import { relu } from "../../gpu/ops/array/elementwise/unary.ts";
import { layerNorm } from "../../gpu/ops/nn/norm/layer_norm.ts";
import { linear } from "../../gpu/ops/nn/gemm/linear.ts";
import { sparseConv3d, type SparseConvMode } from "../../gpu/ops/sparse/conv/sparse_conv3d.ts";
import { type SparseRules, sparseRules } from "../../gpu/ops/sparse/rules/sparse_rules.ts";
import { backward, variable } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import {
  type Arrays,
  type ArraySpec,
  checkInputs,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";
import { rowPairs } from "./spconv_pairs.ts";

const COMMON: Record<string, ArraySpec> = {
  features: { axes: ["rows", "inputs"] },
  indices: { axes: ["rows", 4], integer: true },
  spatial_shape: { axes: [3], integer: true },
  batch_size: { axes: [1], integer: true, optional: true },
};
const ONE_LAYER: Record<string, ArraySpec> = {
  weight: { axes: ["outputs", "kernel", "kernel", "kernel", "inputs"] },
  bias: { axes: ["outputs"], optional: true },
  grad_output: { axes: ["rows", "outputs"], optional: true },
};
const LAYERS = [0, 1, 2];
const THREE_LAYERS: Record<string, ArraySpec> = {
  ...Object.fromEntries(LAYERS.flatMap((i) => [
    [`w${i}`, {
      axes: [`width${i}`, "kernel", "kernel", "kernel", i ? `width${i - 1}` : "inputs"],
    }],
    ...["b", "ln_w", "ln_b"].map((key) => [`${key}${i}`, { axes: [`width${i}`] }]),
  ])),
  proj_w: { axes: ["outputs", "width2"] },
  proj_b: { axes: ["outputs"] },
  grad_output: { axes: ["rows", "outputs"], optional: true },
};

/**
 * Submanifold sparse convolution, alone (key `weight`) or as three layers of convolution, layer norm
 * and ReLU with a linear layer behind (keys `w0` and on).
 */
export const spconv: Operator = {
  name: "spconv",
  summary: "submanifold sparse 3D convolution over voxels, one layer or three with a projection",
  inputs: { ...COMMON, ...optional(ONE_LAYER), ...optional(THREE_LAYERS) },
  run(gpu, inputs) {
    return "w0" in inputs ? runLayers(gpu, inputs) : runOne(gpu, inputs);
  },
};

async function runOne(gpu: Gpu, inputs: Arrays): Promise<Record<string, HostArray>> {
  const { rows } = checkInputs({ ...spconv, inputs: { ...COMMON, ...ONE_LAYER } }, inputs);
  using _scope = gpu.scope();
  const rules = rulesOf(gpu, inputs, inputs.weight!.shape[1]!);
  const representative = Int32Array.from(await rules.representative.read("u32"));
  const outputs = {
    ...await convolve(gpu, inputs, rules, "native"),
    rep_row: { shape: [rows!], data: representative },
    ...await rowPairs(rules),
  };
  // Where no two rows share a cell, the modes are one.
  if (representative.every((first, row) => first === row)) return outputs;
  const gathered = await convolve(gpu, inputs, rules, "gather");
  return {
    ...outputs,
    ...Object.fromEntries(Object.entries(gathered).map(([key, value]) => [`gather_${key}`, value])),
  };
}

async function convolve(
  gpu: Gpu,
  inputs: Arrays,
  rules: SparseRules,
  mode: SparseConvMode,
): Promise<Record<string, HostArray>> {
  using _scope = gpu.scope();
  const { features, weight, bias } = inputs;
  const leaves: Record<string, Tensor> = {
    features: variable(upload(gpu, features!)),
    weight: variable(upload(gpu, weight!)),
    ...bias && { bias: variable(upload(gpu, bias)) },
  };
  const y = sparseConv3d(leaves.features!, rules, leaves.weight!, {
    mode,
    bias: leaves.bias ?? null,
  });
  return await results(gpu, inputs, leaves, y);
}

async function runLayers(gpu: Gpu, inputs: Arrays): Promise<Record<string, HostArray>> {
  const { rows } = checkInputs(
    { ...spconv, inputs: { ...COMMON, ...THREE_LAYERS } },
    inputs,
  );
  using _scope = gpu.scope();
  const rules = rulesOf(gpu, inputs, inputs.w0!.shape[1]!);
  const keys = ["features", ...Object.keys(THREE_LAYERS).filter((key) => key !== "grad_output")];
  const leaves = Object.fromEntries(keys.map((key) => [key, variable(upload(gpu, inputs[key]!))]));
  let x = leaves.features!;
  for (const i of LAYERS) {
    const y = sparseConv3d(x, rules, leaves[`w${i}`]!, { bias: leaves[`b${i}`]! });
    x = relu(layerNorm(y, leaves[`ln_w${i}`]!, leaves[`ln_b${i}`]!));
  }
  const y = linear(x, leaves.proj_w!, leaves.proj_b!);
  const representative = Int32Array.from(await rules.representative.read("u32"));
  return {
    ...await results(gpu, inputs, leaves, y),
    rep_row: { shape: [rows!], data: representative },
  };
}

async function results(
  gpu: Gpu,
  { grad_output }: Arrays,
  leaves: Readonly<Record<string, Tensor>>,
  y: Tensor,
): Promise<Record<string, HostArray>> {
  const arrays: Record<string, HostArray> = { output: await download(y) };
  if (!grad_output) return arrays;
  backward(y, upload(gpu, grad_output));
  for (const [key, leaf] of Object.entries(leaves)) {
    arrays[`grad_${key}`] = await download(leaf.gradient!);
  }
  return arrays;
}

function rulesOf(gpu: Gpu, inputs: Arrays, kernelSize: number): SparseRules {
  const cells = upload(gpu, inputs.indices!, "i32");
  return sparseRules(cells, { shape: fewNumbers(inputs.spatial_shape!), kernelSize });
}

function optional(specs: Readonly<Record<string, ArraySpec>>): Record<string, ArraySpec> {
  return Object.fromEntries(
    Object.entries(specs).map(([key, spec]) => [key, { ...spec, optional: true }]),
  );
}
