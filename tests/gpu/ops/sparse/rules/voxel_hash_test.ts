import { assertEquals, assertThrows } from "@std/assert";
import { voxelHash } from "../../../../../gpu/ops/sparse/rules/voxel_hash.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { representatives } from "../../../../reference/sparse/sparse_conv3d.ts";
import { gpuTest, noise } from "../../../../support.ts";

for (
  const [rows, axes, below] of [[0, 4, 3], [1, 3, 3], [500, 3, 4], [2000, 4, 6], [25600, 3, 40]]
) {
  gpuTest(`voxelHash of ${rows} rows with ${axes} axes`, async (gpu) => {
    // Negative cells, crowded cells and chains of neighbours.
    const cells = Int32Array.from(noise(rows!, rows! * axes!, -2, below), Math.floor);
    const input = Tensor.from(gpu, cells, [rows!, axes!]);
    const expected = Uint32Array.from(representatives(cells, axes!));
    for (let run = 0; run < 2; run++) {
      const { representative, table } = voxelHash(input);
      assertEquals(await representative.read("u32"), expected);
      const held = (await table.read("u32")).filter((entry) => entry > 0);
      assertEquals(held.length, new Set(expected).size);
    }
  });
}

gpuTest("voxelHash says what is wrong", (gpu) => {
  assertThrows(
    () => voxelHash(Tensor.zeros(gpu, [4, 2], "i32")),
    RangeError,
    'Cannot run voxelHash: "cells" must be [rows, 3] or [rows, 4], got [4, 2]',
  );
  assertThrows(() => voxelHash(Tensor.zeros(gpu, [4, 3])), TypeError, "must be i32, got f32");
});
