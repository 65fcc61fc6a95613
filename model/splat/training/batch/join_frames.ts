import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import source from "./join_frames.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/training/batch/join_frames.wgsl", source);

/** Of the counts u32 [views, 4] that the rasteriser leaves of each picture, the largest, u32 [4]. */
export function joinFrames(frames: Tensor): Tensor {
  const { gpu } = frames;
  const { views } = checkShapes("joinFrames", { frames: [frames, "views", 4] });
  const frame = Tensor.empty(gpu, [4], "u32");
  kernel.dispatch(gpu, { frames, frame }, { count: views }, { threads: 4 });
  return frame;
}
