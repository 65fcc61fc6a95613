import { assertEquals } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { TracedArrays } from "../../../../model/occupancy/arrays/traced_arrays.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { gpuTest } from "../../../support.ts";

// As many as the largest preset has: a call takes no such number of arguments.
const COUNT = 144_000;

gpuTest("the boxes of as many Gaussians as the largest preset has are described", async (gpu) => {
  const config = presets.nuscenes_gs25600_solid;
  using traced = new TracedArrays(config);
  const rows = (width: number, values: readonly number[]) =>
    Tensor.from(
      gpu,
      Float32Array.from({ length: COUNT * width }, (_, i) => values[i % values.length]!),
      [COUNT, width],
    );
  // Cells (0, 100, 10) and (199, 99, 9), in a grid of voxels of 0.5 m from (-50, -50, -5).
  traced.note("block3.means", rows(3, [-50, 0.1, 0.1, 49.9, -0.1, -0.1]));
  traced.note("block3.scales", rows(3, [0.1, 0.2, 0.3]));
  traced.note("head.0.covinv6", rows(6, [1]));
  const boxes = Uint32Array.from({ length: 6 * COUNT }, (_, i) => i % 6 < 3 ? 4 : 5);
  traced.note("head.0.boxes", Tensor.from(gpu, boxes, [COUNT, 6]));
  const arrays = await traced.read([3]);

  const cells = arrays["head.0.cells"]!;
  assertEquals(cells.shape, [COUNT + 1, 3]);
  assertEquals(Array.from(cells.data).slice(0, 6), [0, 100, 10, 199, 99, 9]);
  // The Gaussian of free space at (0, 0, -1), of scale (100, 100, 8).
  assertEquals(Array.from(cells.data).slice(-3), [100, 100, 8]);
  const radii = arrays["head.0.radii"]!;
  assertEquals(radii.shape, [COUNT + 1]);
  assertEquals([radii.data[0], radii.data[COUNT - 1], radii.data[COUNT]], [2, 2, 600]);
  const inverse = arrays["head.0.covinv6"]!;
  assertEquals(inverse.shape, [COUNT + 1, 6]);
  assertEquals(Array.from(inverse.data).slice(-6), [1e-4, 1e-4, 1 / 64, 0, 0, 0].map(Math.fround));
  // Two voxels along each axis of a box, and the whole grid.
  assertEquals(Array.from(arrays["head.0.num_pairs"]!.data), [8 * COUNT + 640_000]);
});
