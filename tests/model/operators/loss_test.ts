import { assertEquals, assertRejects } from "@std/assert";
import { loss } from "../../../model/operators/loss.ts";
import { miou } from "../../../model/operators/miou.ts";
import { ssim } from "../../../model/operators/ssim.ts";
import { gpuTest } from "../../support.ts";

const array = (shape: number[], value = 0) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});

gpuTest("operator loss says which array it misses", async (gpu) => {
  await assertRejects(
    () => loss.run(gpu, { logits: array([18, 4]) }),
    TypeError,
    'Cannot run loss: the input has no "labels" for "logits"',
  );
  await assertRejects(
    () => loss.run(gpu, { pixel_logits: array([2, 4]) }),
    TypeError,
    'Cannot run loss: the input has no "pixel_gt" for "pixel_logits"',
  );
  await assertRejects(() => loss.run(gpu, {}), TypeError, "Cannot run loss: the input has none of");
});

gpuTest("operator loss runs the losses that it has arrays for", async (gpu) => {
  const outputs = await loss.run(gpu, { probs: array([18, 4], 1 / 18), labels: array([4], 3) });
  assertEquals(
    Object.keys(outputs).filter((key) => !key.startsWith("grad_")),
    ["ce_wo_softmax", "sem_scal", "geo_scal", "lovasz", "lovasz_noignore", "occloss_prob"],
  );
  assertEquals(outputs.grad_lovasz!.shape, [18, 4]);
});

gpuTest("operators loss, miou and ssim of nothing", async (gpu) => {
  const losses = await loss.run(gpu, { logits: array([18, 0]), labels: array([0]) });
  assertEquals(losses.occloss_v1, { shape: [1], data: Float32Array.of(0) });
  assertEquals(losses.grad_ce!.shape, [18, 0]);
  const counts = await miou.run(gpu, {
    pred: array([0, 5]),
    labels: array([0, 5]),
    class_indices: array([2], 1),
    empty_label: array([1], 17),
  });
  assertEquals(counts.miou!.data, Float32Array.of(100));
  const maps = await ssim.run(gpu, { img1: array([0, 3, 4, 4]), img2: array([0, 3, 4, 4]) });
  assertEquals(maps.ssim_map!.shape, [0, 3, 4, 4]);
});
