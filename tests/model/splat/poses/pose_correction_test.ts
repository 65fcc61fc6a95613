import { assertEquals } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { correctPoses } from "../../../../model/splat/poses/pose_correction.ts";
import { correctedViews } from "../../../reference/splat/correct_poses.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

/** Poses that are rotations about z and steps, far from singular. */
function posesOf(count: number): F64 {
  const angles = noiseArray(1, [count], -3, 3).data;
  const steps = noiseArray(2, [count, 3], -5, 5).data;
  const data = new Float64Array(16 * count);
  for (let n = 0; n < count; n++) {
    const [c, s] = [Math.cos(angles[n]!), Math.sin(angles[n]!)];
    const [x, y, z] = steps.subarray(3 * n, 3 * n + 3);
    data.set([c, -s, 0, x!, 0, 0, -1, y!, s, c, 0, z!, 0, 0, 0, 1].map(Math.fround), 16 * n);
  }
  return { shape: [count, 4, 4], data };
}

for (const count of [1, 3, 67]) {
  gpuTest(`correctPoses of ${count}`, (gpu) =>
    checkOp(gpu, {
      inputs: [posesOf(count), noiseArray(3, [count, 9], -0.3, 0.3)],
      op: (poses, corrections) => correctPoses(poses, corrections).views,
      reference: correctedViews,
    }));
}

gpuTest("corrections of zeros change nothing, to the bit", async (gpu) => {
  const poses = posesOf(5);
  const given = Tensor.from(gpu, Float32Array.from(poses.data), poses.shape);
  const { poses: corrected } = correctPoses(given, Tensor.zeros(gpu, [5, 9]));
  assertEquals([...await corrected.read("f32")], [...poses.data]);
});
