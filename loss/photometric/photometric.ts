import { Kernel } from "../../gpu/kernel.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import totalSource from "./photometric.wgsl" with { type: "text" };
import { compareImages, imageSize, ssimBackward } from "./ssim.ts";

const include = [reduceSnippet];
const totalKernel = new Kernel("loss/photometric/photometric.wgsl", totalSource, { include });

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
 * with zeros outside for SSIM; `clamped` cuts `image` to [0, 1] first. One pass makes both sums, another
 * both gradients; they go to `image` only.
 */
export function photometric(
  image: Tensor,
  target: Tensor,
  { lambda = 0.2, clamped = false }: {
    readonly lambda?: number;
    readonly clamped?: boolean;
  } = {},
): Photometric {
  const size = imageSize("photometric", image, target);
  const { gpu, size: count } = image;
  if (count === 0) throw new RangeError("Cannot run photometric: the picture has no pixels");
  const { partials, derivatives } = compareImages(image, target, size, { sums: true, clamped });
  const groups = partials!.rows;
  const [loss, l1, ssim] = [0, 1, 2].map(() => Tensor.empty(gpu, [])) as [Tensor, Tensor, Tensor];
  totalKernel.dispatch(gpu, { partials: partials!, loss, l1, ssim }, { groups, count, lambda }, {
    groups: 1,
  });
  partials!.release();
  record("photometric", [image], loss, (dloss) => [
    ssimBackward(image, target, derivatives!, {
      ...size,
      dmap: dloss,
      crop: 0,
      scale: -lambda / count,
      absolute: (1 - lambda) / count,
      mean: true,
      clamped,
    }),
  ]);
  return { loss, l1, ssim };
}
