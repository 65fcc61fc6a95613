import { assertEquals, assertThrows } from "@std/assert";
import { chooseViews } from "../../../../../gpu/ops/camera/views/choose_views.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { chooseViews as reference } from "../../../../reference/camera/choose_views.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

/** Cameras that look along the axes, turned a little by noise. */
function cameras(seed: number, frames: number, count: number): F64 {
  const matrices = noiseArray(seed, [frames, count, 4, 4], -0.1, 0.1);
  for (let i = 0; i < frames * count; i++) {
    const forward = [[1, 0], [0, 1], [-1, 0], [0, -1]][i % 4]!;
    const [dx, dy] = forward as [number, number];
    // x to the right, y down, z forward: pixels of an 80 x 48 picture.
    const rows = [[40 * dx + 30 * dy, 40 * dy - 30 * dx, 0], [24 * dx, 24 * dy, -30], [dx, dy, 0]];
    rows.forEach((row, r) => row.forEach((x, c) => matrices.data[16 * i + 4 * r + c]! += x));
  }
  return matrices;
}

for (const [points, frames, count] of [[1, 1, 1], [7, 3, 4], [130, 2, 6]] as const) {
  gpuTest(`chooseViews of ${points} points, ${frames} frames of ${count} cameras`, async (gpu) => {
    const projection = cameras(1, frames, count);
    const size = {
      shape: [frames, count, 2],
      data: Float64Array.from({ length: 2 * frames * count }, (_, i) => i % 2 ? 48 : 80),
    };
    const at = noiseArray(2, [points, 3], -8, 8);
    const [location, view] = reference(at, projection, size);
    // The test is to see points that no camera sees, and some that a later one does.
    if (points > 100) {
      assertEquals(new Set(view.data).size > 3, true);
      assertEquals(location.data.some((x) => x < 0 || x > 1), true);
    }
    await checkOp(gpu, {
      inputs: [at, projection, size],
      op: (...inputs: [Tensor, Tensor, Tensor]) => {
        const { location, view } = chooseViews(...inputs);
        return [location, view];
      },
      reference,
      fixed: [1, 2],
      tolerance: { atol: 1e-4, rtol: 1e-4 },
      gradientTolerance: { atol: 1e-3, rtol: 2e-3 },
    });
  });
}

gpuTest("chooseViews names the tensor of the wrong shape", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () => chooseViews(zeros(2, 3), zeros(2, 6, 4, 4), zeros(6, 2)),
    RangeError,
    'Cannot run chooseViews: "imageSize" must be [frames=2, cameras=6, 2], got [6, 2]',
  );
});
