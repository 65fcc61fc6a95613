import { inPlanes } from "../../../binding/planes.ts";
import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { outputExtent, type Pair, pair } from "./conv_geometry.ts";
import forwardSource from "./max_pool2d.wgsl" with { type: "text" };
import backwardSource from "./max_pool2d_backward.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/nn/conv/max_pool2d.wgsl", forwardSource);
const backward = new Kernel("gpu/ops/nn/conv/max_pool2d_backward.wgsl", backwardSource);

/** The window and how it moves; a number stands for both axes, the stride is the window's extent. */
export interface MaxPool2dOptions {
  /** Pixels of a window. */
  readonly kernel: number | Pair;
  /** Pixels between windows; a window's size if not given. */
  readonly stride?: number | Pair;
  /** At most half the window, so that each window holds a pixel. */
  readonly padding?: number | Pair;
}

/**
 * Greatest value in each window of images x [images, channels, height, width]; windows that would
 * reach past the padding are left out (floor mode). The gradient goes to the first greatest value.
 */
export function maxPool2d(x: Tensor, options: MaxPool2dOptions): Tensor {
  const { images, channels, height, width } = checkShapes("maxPool2d", {
    x: [x, "images", "channels", "height", "width"],
  });
  const kernel = pair(options.kernel, 1);
  const stride = options.stride === undefined ? kernel : pair(options.stride, 1);
  const padding = pair(options.padding, 0);
  if (2 * padding[0] > kernel[0] || 2 * padding[1] > kernel[1]) {
    throw new RangeError(
      `Cannot run maxPool2d: padding [${padding.join(", ")}] must be at most half the kernel [${
        kernel.join(", ")
      }]`,
    );
  }
  const along = (axis: 0 | 1, input: number) =>
    outputExtent(input, {
      kernel: kernel[axis],
      stride: stride[axis],
      padding: padding[axis],
      dilation: 1,
    });
  const { gpu } = x;
  const output = [along(0, height), along(1, width)] as const;
  const y = Tensor.empty(gpu, [images, channels, ...output]);
  const place = Tensor.empty(gpu, y.shape, "u32");
  const common = { input: [height, width], output, window: kernel, stride, padding };
  inPlanes([x, y, place], images * channels, ({ planes, views, starts }) => {
    forward.dispatch(
      gpu,
      { x: views[0]!, y: views[1]!, place: views[2]! },
      {
        planes,
        start_x: starts[0]!,
        start_y: starts[1]!,
        start_place: starts[2]!,
        ...common,
      },
      { threads: planes * output[0] * output[1] },
    );
  });
  return record("maxPool2d", [x], y, (dy) => {
    const dx = Tensor.empty(gpu, x.shape);
    inPlanes([dx, dy, place], images * channels, ({ planes, views, starts }) => {
      backward.dispatch(
        gpu,
        { dx: views[0]!, dy: views[1]!, place: views[2]! },
        {
          planes,
          start_dx: starts[0]!,
          start_dy: starts[1]!,
          start_place: starts[2]!,
          ...common,
        },
        { threads: planes * height * width },
      );
    });
    return [dx];
  });
}
