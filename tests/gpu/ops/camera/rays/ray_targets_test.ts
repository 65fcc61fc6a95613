import { assertThrows } from "@std/assert";
import { rayTargets } from "../../../../../gpu/ops/camera/rays/ray_targets.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest } from "../../../../support.ts";

// reference: the host's own loop over rays and bins in ray_points_test.ts, where the rays are.
gpuTest("rayTargets names labels that do not fill the grid", (gpu) => {
  const rays = {
    projection: Tensor.zeros(gpu, [1, 4, 4]),
    imageSize: Tensor.zeros(gpu, [1, 2]),
    map: [1, 1] as const,
    depths: Tensor.zeros(gpu, [3]),
  };
  assertThrows(
    () =>
      rayTargets(Tensor.zeros(gpu, [9], "u32"), rays, {
        size: [2, 2, 2],
        origin: [0, 0, 0],
        cell: 1,
        solid: [1],
      }),
    RangeError,
    'Cannot run rayTargets: "labels" must be [8], got [9]',
  );
});
