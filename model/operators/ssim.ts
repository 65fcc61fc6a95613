import type { Gpu } from "../../gpu/device.ts";
import { backward, variable } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { ssim as meanSsim, ssimMap } from "../../loss/photometric/ssim.ts";
import { checkInputs, download, type HostArray, type Operator, upload } from "./operator.ts";

/** Structural similarity of pictures: the map, its means, and their gradients by the first picture. */
export const ssim: Operator = {
  name: "ssim",
  summary: "SSIM map, mean over all pixels and over whole windows, gradients by img1",
  inputs: {
    img1: { axes: ["batch", "channels", "height", "width"] },
    img2: { axes: ["batch", "channels", "height", "width"] },
    dL_dmap: { axes: ["batch", "channels", "height", "width"], optional: true },
  },
  async run(gpu, inputs) {
    const { height, width } = checkInputs(ssim, inputs) as { height: number; width: number };
    const { img1, img2, dL_dmap } = inputs as Record<string, HostArray>;
    using _scope = gpu.scope();
    const target = upload(gpu, img2!);
    const map = await withGradient(gpu, img1!, (x) => ssimMap(x, target), dL_dmap);
    const outputs: Record<string, HostArray> = { ssim_map: map.value };
    if (map.gradient) outputs.grad_img1 = map.gradient;
    for (const padding of ["same", "valid"] as const) {
      // No window lies inside a smaller picture.
      if (padding === "valid" && Math.min(height, width) <= 10) continue;
      const mean = await withGradient(
        gpu,
        img1!,
        (x) => meanSsim(x, target, { padding }),
        { shape: [], data: [1] },
      );
      outputs[`mean_${padding}`] = { shape: [1], data: mean.value.data };
      outputs[`grad_img1_mean_${padding}`] = mean.gradient!;
    }
    return outputs;
  },
};

async function withGradient(
  gpu: Gpu,
  image: HostArray,
  compute: (image: Tensor) => Tensor,
  upstream: HostArray | undefined,
): Promise<{ value: HostArray; gradient: HostArray | null }> {
  using _scope = gpu.scope();
  const leaf = variable(upload(gpu, image));
  const output = compute(leaf).retain();
  if (upstream) backward(output, upload(gpu, upstream));
  return {
    value: await download(output),
    gradient: leaf.gradient && await download(leaf.gradient),
  };
}
