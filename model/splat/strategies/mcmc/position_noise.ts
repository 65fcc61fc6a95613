import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../../gpu/wgsl/quaternion.ts";
import { inRows } from "../../../../gpu/binding/rows.ts";
import source from "./position_noise.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/mcmc/position_noise.wgsl", source, {
  include: [quaternionSnippet],
});

/**
 * Moves faint Gaussians at random by their own covariance, in place: means [n, 3], logScales [n, 3], rotations [n, 4] w x y z, opacity [n] as logits, noise [n, 3] standard normal.
 */
export function addPositionNoise(
  gaussians: {
    readonly means: Tensor;
    readonly logScales: Tensor;
    readonly rotations: Tensor;
    readonly opacity: Tensor;
    readonly noise: Tensor;
  },
  rate: number,
): void {
  const { means, logScales, rotations, opacity, noise } = gaussians;
  const { n } = checkShapes("addPositionNoise", {
    means: [means, "n", 3],
    logScales: [logScales, "n", 3],
    rotations: [rotations, "n", 4],
    opacity: [opacity, "n"],
    noise: [noise, "n", 3],
  });
  inRows(n, { means, log_scales: logScales, rotations, opacity, noise }, (pieces, count) => {
    kernel.dispatch(means.gpu, pieces, { count, rate }, { threads: count });
  });
}
