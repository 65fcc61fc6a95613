import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./pad_channels.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/sparse/conv/pad_channels.wgsl", source);

/** The same rows [rows, channels] with channels padded by zeros to a multiple of four. */
export function padChannels(x: Tensor): Tensor {
  const [rows, channels] = x.shape as [number, number];
  if (channels % 4 === 0) return x;
  const padded = 4 * Math.ceil(channels / 4);
  const y = Tensor.empty(x.gpu, [rows, padded]);
  kernel.dispatch(x.gpu, { x, y }, { rows, channels, padded }, { threads: y.size });
  return y;
}
