import type { Gpu } from "../../../gpu/device.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { ssim } from "../../../loss/photometric/ssim.ts";
import { filled } from "../../filled.ts";

interface Size {
  height: number;
  width: number;
}

/** Structural similarity of a picture as 3D Gaussian Splatting trains on, with its gradient. */
export const cases = [{
  name: "ssim_forward_backward",
  sizes: [{ height: 1080, width: 1920 }],
  small: [{ height: 270, width: 480 }],
  tiny: { height: 13, width: 12 },
  run(gpu: Gpu, { height, width }: Size): () => void {
    const x = variable(filled(gpu, [1, 3, height, width], 0, 1));
    const target = filled(gpu, [1, 3, height, width], 0.1, 0.9);
    return () => {
      using _scope = gpu.scope();
      backward(ssim(x, target));
      x.gradient = null;
    };
  },
}];
