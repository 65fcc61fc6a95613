import { assertThrows } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { voxelChamfer } from "../../../loss/points/voxel_chamfer.ts";
import { voxelChamfer as reference } from "../../reference/loss/voxel_chamfer.ts";
import { checkOp, gpuTest, noiseArray } from "../../support.ts";

const grid = { size: [9, 8, 5], origin: [-4, -3, -2], cell: 0.75 } as const;
const VOXELS = 9 * 8 * 5;

// Label 3 is empty, 0 does not count; a share of the others.
for (const [points, share] of [[1, 0.1], [37, 0.02], [80, 0.6], [5, 0]] as const) {
  gpuTest(`voxelChamfer of ${points} points, ${share} occupied`, (gpu) => {
    const draws = noiseArray(1, [VOXELS], 0, 1).data;
    const labels = Uint32Array.from(draws, (x, i) => x < share ? 1 + i % 2 : x > 0.9 ? 0 : 3);
    const held = Tensor.from(gpu, labels);
    return checkOp(gpu, {
      inputs: [noiseArray(2, [points, 3], -4, 3)],
      op: (points: Tensor) => voxelChamfer(points, held, { grid, empty: 3, ignore: 0, beta: 0.3 }),
      reference: (points) => reference(points, labels, { grid, leftOut: [0, 3], beta: 0.3 }),
      samples: 30,
    });
  });
}

gpuTest("voxelChamfer wants a label for each voxel", (gpu) => {
  assertThrows(
    () =>
      voxelChamfer(Tensor.zeros(gpu, [2, 3]), Tensor.zeros(gpu, [9], "u32"), { grid, empty: 3 }),
    RangeError,
    'Cannot run voxelChamfer: "labels" must be [360], got [9]',
  );
});
