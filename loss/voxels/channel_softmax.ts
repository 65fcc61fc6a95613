import { Kernel } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import forwardSource from "./channel_softmax.wgsl" with { type: "text" };
import backwardSource from "./channel_softmax_backward.wgsl" with { type: "text" };

const forward = new Kernel("loss/voxels/channel_softmax.wgsl", forwardSource);
const backward = new Kernel("loss/voxels/channel_softmax_backward.wgsl", backwardSource);

/** Softmax over the first axis of [classes, voxels], the layout in which the losses take predictions. */
export function channelSoftmax(x: Tensor): Tensor {
  const { channels, voxels } = checkShapes("channelSoftmax", {
    x: [x, "channels", "voxels"],
  });
  const { gpu } = x;
  const uniforms = { channels, voxels };
  const y = Tensor.empty(gpu, x.shape);
  forward.dispatch(gpu, { x, y }, uniforms, { threads: voxels });
  return record("channelSoftmax", [x], y, (dy) => {
    const dx = Tensor.empty(gpu, x.shape);
    backward.dispatch(gpu, { y, dy, dx }, uniforms, { threads: voxels });
    return [dx];
  });
}
