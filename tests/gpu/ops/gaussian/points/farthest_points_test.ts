import { assertEquals, assertThrows } from "@std/assert";
import { farthestPoints } from "../../../../../gpu/ops/gaussian/points/farthest_points.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { farthestPoints as reference } from "../../../../reference/gaussian/farthest_points.ts";
import { gpuTest, noise } from "../../../../support.ts";

gpuTest("farthestPoints of six points, worked by hand", async (gpu) => {
  const points = [0, 0, 0, 1, 0, 0, 0, 2, 0, 3, 3, 0, 1, 1, 1, 3, 2.5, 0];
  const chosen = farthestPoints(Tensor.from(gpu, points, [6, 3]), { samples: 5 });
  assertEquals([...await chosen.read()], [0, 3, 2, 4, 1]);
});

// Small whole numbers, so that most distances are shared by many points.
for (const [n, samples] of [[1, 1], [37, 37], [300, 40], [1500, 60], [2100, 25]] as const) {
  gpuTest(`farthestPoints: ${samples} of ${n} points with ties`, async (gpu) => {
    const points = noise(n, 3 * n, 0, 6).map(Math.floor);
    const chosen = farthestPoints(Tensor.from(gpu, Float32Array.from(points), [n, 3]), { samples });
    assertEquals([...await chosen.read()], reference(points, samples));
  });
}

gpuTest("farthestPoints looks at the first points only where it is told so", async (gpu) => {
  const points = noise(5, 3 * 90);
  const chosen = farthestPoints(Tensor.from(gpu, Float32Array.from(points), [90, 3]), {
    samples: 20,
    count: Tensor.from(gpu, Uint32Array.of(50)),
  });
  assertEquals([...await chosen.read()], reference(points.subarray(0, 150), 20));
});

gpuTest("farthestPoints of nothing", (gpu) => {
  assertThrows(
    () => farthestPoints(Tensor.zeros(gpu, [0, 3]), { samples: 2 }),
    RangeError,
    "Cannot run farthestPoints: 0 points",
  );
});
