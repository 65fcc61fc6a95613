import type { Gpu } from "../../../../../gpu/device.ts";
import { rasterize } from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { backwardAll, noGradient } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  cameraOf,
  capacityOf,
  crowd,
  leavesOf,
  type RasterSize,
  sizes,
  small,
  tiny,
} from "./raster_scene.ts";

function walk(accumulation: "ordered" | "atomic") {
  return (gpu: Gpu, size: RasterSize): () => void => {
    const inputs = crowd(gpu, size);
    const camera = cameraOf(size);
    const dimage = Tensor.from(
      gpu,
      Float32Array.from({ length: 3 * size.width * size.height }, (_, i) => Math.sin(i)),
      [3, size.height, size.width],
    );
    const options = { capacity: capacityOf(size), accumulation };
    return () => {
      using _scope = gpu.scope();
      const { image } = rasterize(inputs, camera, options);
      backwardAll([image], [dimage]);
      for (const leaf of leavesOf(inputs)) {
        leaf.gradient!.release();
        leaf.gradient = null;
      }
    };
  };
}

/** A picture of 3DGS with degree 3, alone and with the gradients by all parameters. */
export const cases = [
  {
    name: "rasterize",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: RasterSize): () => void {
      const inputs = crowd(gpu, size);
      const camera = cameraOf(size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => rasterize(inputs, camera, { capacity: capacityOf(size) }));
      };
    },
  },
  { name: "rasterize_forward_backward", sizes, small, tiny, run: walk("ordered") },
  { name: "rasterize_forward_backward_atomic", sizes, small, tiny, run: walk("atomic") },
];
