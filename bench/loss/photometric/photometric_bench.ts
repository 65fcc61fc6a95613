import type { Gpu } from "../../../gpu/device.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { photometric } from "../../../loss/photometric/photometric.ts";
import { filled } from "../../filled.ts";

interface Size {
  height: number;
  width: number;
}

/** The loss of 3D Gaussian Splatting with its gradient: L1 and structural similarity in one. */
export const cases = [{
  name: "photometric_forward_backward",
  sizes: [{ height: 1080, width: 1920 }],
  small: [{ height: 270, width: 480 }],
  tiny: { height: 13, width: 12 },
  run(gpu: Gpu, { height, width }: Size): () => void {
    const x = variable(filled(gpu, [3, height, width], 0, 1));
    const target = filled(gpu, [3, height, width], 0.1, 0.9);
    return () => {
      using _scope = gpu.scope();
      backward(photometric(x, target).loss);
      x.gradient = null;
    };
  },
}];
