import { inPlanes } from "../../gpu/binding/planes.ts";
import { Kernel } from "../../gpu/kernel.ts";
import { mean } from "../../gpu/ops/array/reduce/sum.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { noGradient } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import distanceSource from "./feature_distance.wgsl" with { type: "text" };
import lengthsSource from "./feature_lengths.wgsl" with { type: "text" };

const lengths = new Kernel("loss/photometric/feature_lengths.wgsl", lengthsSource);
const distances = new Kernel("loss/photometric/feature_distance.wgsl", distanceSource);

/**
 * Distance of two pictures' features [1, channels, height, width] after LPIPS (Zhang et al. 2018):
 * the features of each pixel are brought to length one, their squared differences weighed by
 * `weight` [channels] and summed, and the mean over pixels is taken. A measure: it has no gradient.
 */
export function featureDistance(a: Tensor, b: Tensor, weight: Tensor): Tensor {
  const sizes = checkShapes("featureDistance", {
    a: [a, 1, "channels", "height", "width"],
    b: [b, 1, "channels", "height", "width"],
    weight: [weight, "channels"],
  });
  const { gpu } = a;
  const { channels = 0, height = 0, width = 0 } = sizes;
  const pixels = height * width;
  using scope = gpu.scope();
  const squares = Tensor.zeros(gpu, [pixels, 2]);
  const distance = Tensor.zeros(gpu, [pixels]);
  // Squares of all channels must be summed before any of them can be compared.
  inPlanes([a, b], channels, ({ planes, first, views, starts }) => {
    lengths.dispatch(gpu, { a: views[0]!, b: views[1]!, squares }, {
      pixels,
      channels: planes,
      start_a: starts[0]!,
      start_b: starts[1]!,
      more: Number(first > 0),
    }, { threads: pixels });
  });
  inPlanes([a, b], channels, ({ planes, first, views, starts }) => {
    distances.dispatch(gpu, { a: views[0]!, b: views[1]!, weight, squares, distance }, {
      pixels,
      channels: planes,
      first,
      start_a: starts[0]!,
      start_b: starts[1]!,
    }, { threads: pixels });
  });
  return scope.keep(noGradient(gpu, () => mean(distance)));
}
