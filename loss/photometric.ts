import { Kernel } from "../gpu/kernel.ts";
import { record } from "../gpu/tape.ts";
import { Tensor } from "../gpu/tensor.ts";
import { reduceSnippet } from "../gpu/wgsl/reduce.ts";
import totalSource from "./photometric.wgsl" with { type: "text" };
import sumsSource from "./photometric_sums.wgsl" with { type: "text" };
import { compareImages, imageSize, ssimBackward } from "./ssim.ts";
import { partialGroups } from "./voxels/weighted_mean.ts";

const include = [reduceSnippet];
const sumsKernel = new Kernel("loss/photometric_sums.wgsl", sumsSource, { include });
const totalKernel = new Kernel("loss/photometric.wgsl", totalSource, { include });

/** The loss of a picture and what it is made of, each one number without axes. */
export interface Photometric {
  /** What is to be made small; on the tape. */
  readonly loss: Tensor;
  /** Mean absolute difference; not on the tape. */
  readonly l1: Tensor;
  /** Mean structural similarity; not on the tape. */
  readonly ssim: Tensor;
}

/**
 * (1 - lambda) L1 + lambda (1 - SSIM), the loss of 3DGS, over pictures [..., height, width] in [0, 1],
 * with zeros outside for SSIM. One pass makes both gradients; they go to `image` only.
 */
export function photometric(
  image: Tensor,
  target: Tensor,
  { lambda = 0.2 }: { readonly lambda?: number } = {},
): Photometric {
  const size = imageSize("photometric", image, target);
  const { gpu, size: count } = image;
  if (count === 0) throw new RangeError("Cannot run photometric: the picture has no pixels");
  const { map, derivatives } = compareImages(image, target, size);
  const groups = partialGroups(count);
  const partials = Tensor.empty(gpu, [groups, 2]);
  sumsKernel.dispatch(gpu, { img1: image, img2: target, map, partials }, { count }, { groups });
  const [loss, l1, ssim] = [0, 1, 2].map(() => Tensor.empty(gpu, [])) as [Tensor, Tensor, Tensor];
  totalKernel.dispatch(gpu, { partials, loss, l1, ssim }, { groups, count, lambda }, { groups: 1 });
  map.release();
  partials.release();
  record("photometric", [image], loss, (dloss) => [
    ssimBackward(image, target, derivatives!, {
      ...size,
      dmap: dloss,
      crop: 0,
      scale: -lambda / count,
      absolute: (1 - lambda) / count,
      mean: true,
    }),
  ]);
  return { loss, l1, ssim };
}
