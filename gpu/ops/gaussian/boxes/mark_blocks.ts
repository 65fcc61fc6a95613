import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { blocksOf, type VoxelGrid } from "../aggregate/voxel_grid.ts";
import source from "./mark_blocks.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/boxes/mark_blocks.wgsl", source);

/** Which primitives each block of 8x8x4 voxels has to look at: a row of bits a block, 32 to a word. */
export function markBlocks(
  boxes: Tensor,
  grid: VoxelGrid,
): { readonly marks: Tensor; readonly words: number } {
  const { gpu, rows: gaussians } = boxes;
  const blocks = blocksOf(grid);
  const words = Math.ceil(gaussians / 32);
  const marks = Tensor.zeros(gpu, [blocks[0] * blocks[1] * blocks[2], words], "u32");
  kernel.dispatch(gpu, { boxes, marks }, { blocks, gaussians, words }, { threads: gaussians });
  return { marks, words };
}
