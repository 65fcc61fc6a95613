import { assertEquals, assertRejects } from "@std/assert";
import { deformagg } from "../../../model/operators/deformagg.ts";
import { geom } from "../../../model/operators/geom.ts";
import { head } from "../../../model/operators/head.ts";
import { localagg } from "../../../model/operators/aggregate/localagg.ts";
import { localaggProb } from "../../../model/operators/aggregate/localagg_prob.ts";
import { gpuTest } from "../../support.ts";

function zeros(...shape: number[]) {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

function aggregationArrays(points: number, gaussians: number) {
  return {
    pts: zeros(points, 3),
    points_int: zeros(points, 3),
    means: zeros(gaussians, 3),
    means_int: zeros(gaussians, 3),
    opacities: zeros(gaussians),
    semantics: zeros(gaussians, 18),
    cov6: zeros(gaussians, 6),
    scales: { shape: [gaussians, 3], data: new Float32Array(3 * gaussians).fill(1) },
    radii: zeros(gaussians),
    grid: { shape: [3], data: [4, 4, 4] },
    pc_min: zeros(3),
    grid_size: { shape: [1], data: [0.5] },
    out_grad: zeros(points, 18),
    logits_grad: zeros(points, 18),
    bin_logits_grad: zeros(points),
    density_grad: zeros(points),
  };
}

for (const [points, gaussians] of [[0, 0], [0, 3], [5, 0], [1, 1]] as const) {
  gpuTest(`splatting operators with ${points} points and ${gaussians} Gaussians`, async (gpu) => {
    for (const operator of [localagg, localaggProb]) {
      const outputs = await operator.run(gpu, aggregationArrays(points, gaussians));
      assertEquals(outputs.logits!.shape, [points, 18]);
      assertEquals(outputs.grad_means!.shape, [gaussians, 3]);
      // A matrix of zeros reaches everything in its box with e = 1.
      assertEquals([...Array.from(outputs.num_rendered!.data)], [gaussians]);
    }
  });
}

gpuTest("deformagg without points", async (gpu) => {
  const outputs = await deformagg.run(gpu, {
    feat: zeros(1, 2, 6, 4),
    spatial_shape: { shape: [1, 2], data: [2, 3] },
    scale_start_index: zeros(1),
    location: zeros(1, 0, 2, 2),
    weights: zeros(1, 0, 2, 1, 2),
    grad_output: zeros(1, 0, 4),
  });
  assertEquals(outputs.output!.shape, [1, 0, 4]);
  assertEquals(Array.from(outputs.grad_feat!.data), new Array(48).fill(0));
});

gpuTest("operators say what they miss", async (gpu) => {
  await assertRejects(
    () => geom.run(gpu, { mask: zeros(1) }),
    TypeError,
    "Cannot run geom: the input has mask, it needs scales and quat, or quat, or",
  );
  await assertRejects(
    () => head.run(gpu, { pts: zeros(1, 3) }),
    TypeError,
    'Cannot run head: the input has no "means", no "scales"',
  );
  await assertRejects(
    () => localagg.run(gpu, { ...aggregationArrays(2, 2), cov6: zeros(2, 5) }),
    RangeError,
    'Cannot run localagg: "cov6" must be [gaussians=2, 6], got [2, 5]',
  );
});
