import { Kernel, type Snippet } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { byWidth, type Elements, VALUES, widthOf } from "../../wgsl/elements/elements.ts";
import weightSource from "../../wgsl/resize_weight.wgsl" with { type: "text" };
import { inPlanes } from "../../binding/planes.ts";
import forwardSource from "./resize2d.wgsl" with { type: "text" };
import columnSource from "./resize2d_column.wgsl" with { type: "text" };
import column4Source from "./resize2d_column4.wgsl" with { type: "text" };
import backwardSource from "./resize2d_backward.wgsl" with { type: "text" };

const weightSnippet: Snippet = { path: "gpu/wgsl/resize_weight.wgsl", source: weightSource };
const columns: Elements = {
  1: { path: "gpu/ops/nn/resize2d_column.wgsl", source: columnSource },
  4: { path: "gpu/ops/nn/resize2d_column4.wgsl", source: column4Source },
};
const forward = byWidth(
  VALUES,
  (element, wide) =>
    new Kernel("gpu/ops/nn/resize2d.wgsl", forwardSource, {
      include: [element, columns[wide], weightSnippet],
    }),
);
const backward = new Kernel("gpu/ops/nn/resize2d_backward.wgsl", backwardSource, {
  include: [weightSnippet],
});

/** How pixels between pixels are made; bilinear takes pixel centres (align_corners false). */
export type ResizeMode = "nearest" | "bilinear";

/**
 * Resizes images x [images, channels, height, width] to [images, channels, ...size] and adds
 * `added`, if given, of the result's shape: a feature pyramid's top-down step in one pass.
 */
export function resize2d(
  x: Tensor,
  size: readonly [number, number],
  mode: ResizeMode = "nearest",
  { added }: { added?: Tensor | undefined } = {},
): Tensor {
  const { images, channels, height, width } = checkShapes("resize2d", {
    x: [x, "images", "channels", "height", "width"],
  });
  if (size.some((extent) => !Number.isInteger(extent) || extent < 1) || height * width === 0) {
    throw new RangeError(
      `Cannot run resize2d: [${height}, ${width}] to [${
        size.join(", ")
      }], every extent must be 1 or more`,
    );
  }
  const shape = [images, channels, ...size];
  checkShapes("resize2d", { added: [added, ...shape] });
  const { gpu } = x;
  const y = Tensor.empty(gpu, shape);
  const ratio = [Math.fround(height / size[0]), Math.fround(width / size[1])];
  const common = { input: [height, width], output: size, ratio };
  const constants = { LINEAR: mode === "bilinear" ? 1 : 0 };
  inPlanes(added ? [x, y, added] : [x, y], images * channels, ({ planes, views, starts }) => {
    const [start_y, start_added] = [starts[1]!, starts[2] ?? 0];
    // `added` is bound as x where there is none, and x may be of any size.
    const wide = widthOf(size[1], start_y, start_added);
    forward[wide].dispatch(
      gpu,
      { x: views[0]!, y: views[1]!, added: views[2] ?? views[0]! },
      {
        planes,
        start_x: starts[0]!,
        start_y,
        start_added,
        ...common,
      },
      { threads: planes * size[0] * size[1] / wide },
      { ...constants, ADD: added ? 1 : 0 },
    );
  });
  return record("resize2d", added ? [x, added] : [x], y, (dy, needs) => {
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    if (dx) {
      inPlanes([dx, dy], images * channels, ({ planes, views, starts }) => {
        backward.dispatch(
          gpu,
          { dx: views[0]!, dy: views[1]! },
          { planes, start_x: starts[0]!, start_y: starts[1]!, ...common },
          { threads: planes * height * width },
          constants,
        );
      });
    }
    return added ? [dx, dy.alias()] : [dx];
  });
}
