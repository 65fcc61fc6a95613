import type { Gpu } from "../../gpu/device.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { lovaszSoftmax } from "../../loss/overlap/lovasz_softmax.ts";
import { crossEntropy } from "../../loss/voxels/cross_entropy.ts";
import { filled } from "../filled.ts";

interface Size {
  classes: number;
  voxels: number;
}

function bench(name: string, loss: (x: Tensor, labels: Tensor) => Tensor) {
  return {
    name,
    sizes: [{ classes: 18, voxels: 640000 }],
    small: [{ classes: 18, voxels: 40000 }],
    tiny: { classes: 3, voxels: 70 },
    run(gpu: Gpu, { classes, voxels }: Size): () => void {
      const x = variable(filled(gpu, [classes, voxels], 0.01, 0.99));
      // Nine of ten voxels are empty, as in the data.
      const labels = Tensor.from(
        gpu,
        Uint32Array.from({ length: voxels }, (_, i) => i % 10 ? classes - 1 : i / 10 % classes),
      );
      return () => {
        using _scope = gpu.scope();
        backward(loss(x, labels));
        x.gradient = null;
      };
    },
  };
}

/** Losses over all voxels of a key frame, with their gradient. */
export const cases = [
  bench("lovasz_softmax_forward_backward", (x, labels) => lovaszSoftmax(x, labels)),
  bench("cross_entropy_forward_backward", (x, labels) => crossEntropy(x, labels)),
];
