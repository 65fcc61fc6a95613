import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import source from "./masked_labels.wgsl" with { type: "text" };

const kernel = new Kernel("loss/voxels/masked_labels.wgsl", source);

/** The label that every loss leaves out, whatever label it is told to ignore. */
export const EXCLUDED = 0xffffffff;

/** A u32 mask [voxels] of what counts; none means that all do. */
export type Mask = Tensor | null | undefined;

/** Labels u32 [voxels] with those outside the mask replaced by `EXCLUDED`; without a mask, the labels. */
export function maskedLabels(labels: Tensor, mask: Mask): Tensor {
  if (!mask) return labels;
  const { voxels } = checkShapes("maskedLabels", {
    labels: [labels, "voxels"],
    mask: [mask, "voxels"],
  });
  const masked = Tensor.empty(labels.gpu, [voxels], "u32");
  kernel.dispatch(labels.gpu, { labels, mask, masked }, { voxels }, { threads: voxels });
  return masked;
}
