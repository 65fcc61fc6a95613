import type { Gpu } from "../../../../gpu/device.ts";
import { backwardAll, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { worldPresets } from "../../../../model/occupancy/gaussianworld/config/presets.ts";
import { motionBetween } from "../../../../model/occupancy/gaussianworld/motion.ts";
import { residualRefine } from "../../../../model/occupancy/gaussianworld/residual_refine.ts";
import { warpAndFill } from "../../../../model/occupancy/gaussianworld/warp_and_fill.ts";
import { filled } from "../../../filled.ts";

interface Size {
  gaussians: number;
  priors: number;
  channels: number;
}

const WIDTH = 29;
const { "gaussianworld/base": { occupancy: { range }, stream: { moving } } } = worldPresets;

/** GaussianWorld's own size, and that of the demo. */
const sizes: Size[] = [
  { gaussians: 600, priors: 10_000, channels: 48 },
  { gaussians: 25_600, priors: 640_000, channels: 128 },
];
const tiny: Size = { gaussians: 9, priors: 20, channels: 3 };

/** A car at 8 m/s, half a second later. */
function motion() {
  const pose = (y: number) => [1, 0, 0, 0, 0, 1, 0, y, 0, 0, 1, 0, 0, 0, 0, 1];
  return motionBetween(pose(0), pose(4));
}

/** What goes from key frame to key frame: history moved and filled up, and refined with its gradients. */
export const cases = [
  {
    name: "warp_and_fill",
    sizes,
    tiny,
    run(gpu: Gpu, { gaussians, priors, channels }: Size): () => void {
      const history = {
        anchors: filled(gpu, [gaussians, WIDTH], -4, 4),
        features: filled(gpu, [gaussians, channels]),
      };
      const options = {
        range,
        motion: motion(),
        prior: filled(gpu, [priors, WIDTH], -4, 4),
        uniforms: filled(gpu, [gaussians], 0, 0.99),
      };
      return () => {
        using _step = gpu.scope();
        warpAndFill(history, options);
      };
    },
    // Anchors and features are read and written; of the prior the places are read.
    bytes: ({ gaussians, priors, channels }: Size): number =>
      4 * (2 * gaussians * (WIDTH + channels) + 3 * priors),
  },
  {
    name: "residual_refine_step",
    sizes,
    tiny,
    run(gpu: Gpu, { gaussians }: Size): () => void {
      const anchor = variable(filled(gpu, [gaussians, WIDTH], -2, 2));
      const raw = variable(filled(gpu, [gaussians, WIDTH]));
      const rows = Tensor.from(gpu, Uint32Array.of(Math.floor(0.8 * gaussians)), [1]);
      const dy = filled(gpu, [gaussians, WIDTH]);
      return () => {
        using _step = gpu.scope();
        const { anchor: refined } = residualRefine(raw, anchor, {
          range,
          unit: [4, 4, 1],
          history: { rows, mode: "motion" },
          classes: 17,
          moving,
        });
        backwardAll([refined], [dy]);
        for (const leaf of [anchor, raw]) {
          leaf.gradient?.release();
          leaf.gradient = null;
        }
      };
    },
    // Raw output, anchors and the gradient above are read, and there and back written.
    bytes: ({ gaussians }: Size): number => 4 * gaussians * WIDTH * 8,
  },
];
