import type { Gpu } from "../../../gpu/device.ts";
import { maskedSoftmax } from "../../../gpu/ops/nn/softmax.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";
import { permuted } from "./axes.ts";

/** Attention weights: softmax over points, cameras and levels of what is visible. */
export const attention: Operator = {
  name: "geom",
  summary: "attention weights over points, cameras and levels",
  inputs: {
    raw: { axes: [1, "gaussians", "cameras", "levels", "points", "groups"] },
    mask: { axes: [1, "cameras", "gaussians", "points"], integer: true },
    grad_out: { axes: [1, "weights", "cameras", "levels", "groups"], optional: true },
  },
  async run(gpu, inputs) {
    const { weights, gradient } = await attentionWeights(
      gpu,
      inputs.raw!,
      inputs.mask!,
      inputs.grad_out,
    );
    return gradient ? { weights, grad_raw: gradient } : { weights };
  },
};

/**
 * Weights [1, G * points, cameras, levels, groups] of logits raw [1, G, cameras, levels, points, groups]
 * where mask [1, cameras, G, points] is not 0, and the gradient of the logits if that of the weights is
 * given.
 */
export async function attentionWeights(
  gpu: Gpu,
  raw: HostArray,
  mask: HostArray,
  dweights?: HostArray,
): Promise<{ weights: HostArray; gradient?: HostArray }> {
  const [, gaussians, cameras, levels, points, groups] = raw.shape as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // (G, groups, points, cameras, levels), one softmax to a row of the last three.
  const rows = [gaussians * groups, points * cameras * levels];
  const logits = permuted(raw, [0, 1, 5, 4, 2, 3]);
  const shown = Uint32Array.from({ length: logits.data.length }, (_, i) => {
    const camera = Math.floor(i / levels) % cameras;
    const point = Math.floor(i / (levels * cameras)) % points;
    const gaussian = Math.floor(i / (levels * cameras * points * groups));
    return mask.data[(camera * gaussians + gaussian) * points + point]!;
  });
  const x = variable(upload(gpu, { ...logits, shape: rows }));
  const y = maskedSoftmax(x, upload(gpu, { shape: rows, data: shown }, "u32")).retain();
  const split = [gaussians, groups, points, cameras, levels];
  const { data } = permuted(await download(y, split), [0, 2, 3, 4, 1]);
  const weights = { shape: [1, gaussians * points, cameras, levels, groups], data };
  if (!dweights) return { weights };
  const upstream = permuted(
    { ...dweights, shape: [gaussians, points, cameras, levels, groups] },
    [0, 4, 1, 2, 3],
  );
  backward(y, upload(gpu, { ...upstream, shape: rows }));
  const gradient = permuted(await download(x.gradient!, split), [0, 3, 4, 2, 1]);
  return { weights, gradient: { ...gradient, shape: raw.shape } };
}
