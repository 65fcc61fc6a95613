// reference: MeanIou.addArrays counts the same voxels on the host
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Tensor } from "../../gpu/tensor.ts";
import { MeanIou } from "../../loss/mean_iou.ts";
import { gpuTest, noise } from "../support.ts";

const NUSCENES = { classes: Array.from({ length: 16 }, (_, i) => i + 1), empty: 17 };
const whole = (seed: number, size: number, below: number) =>
  Uint32Array.from(noise(seed, size, 0, below), Math.floor);

for (const size of [0, 1, 64, 1009, 40001]) {
  gpuTest(`MeanIou counts ${size} voxels on the GPU as on the host`, async (gpu) => {
    const onGpu = new MeanIou(NUSCENES);
    const onHost = new MeanIou(NUSCENES);
    for (let sample = 0; sample < 3; sample++) {
      const predictions = whole(sample, size, 18);
      // Some labels right, some of no class at all.
      const labels = predictions.map((p, i) => i % 3 ? p : (i * 7 + sample) % 20);
      const mask = sample === 1 ? whole(9, size, 2) : undefined;
      using _step = gpu.scope();
      onGpu.add(
        Tensor.from(gpu, predictions),
        Tensor.from(gpu, labels),
        mask && Tensor.from(gpu, mask),
      );
      onHost.addArrays(predictions, labels, mask);
    }
    assertEquals(await onGpu.results(), await onHost.results());
    // Reading in between loses nothing.
    onGpu.add(
      Tensor.from(gpu, new Uint32Array(2).fill(4)),
      Tensor.from(gpu, new Uint32Array(2).fill(4)),
    );
    onHost.addArrays([4, 4], [4, 4]);
    assertEquals(await onGpu.counts(), await onHost.counts());
    onGpu.release();
  });
}

// Labels and predictions by class 1 to 4, 5 is free space; class 3 is only predicted, 4 never occurs.
const PREDICTED = [1, 1, 2, 5, 3, 0, 5];
const TRUE = [1, 2, 2, 2, 5, 1, 5];

Deno.test("MeanIou by hand is over the classes that occur, in labels or predictions", async () => {
  const metric = new MeanIou({ classes: [1, 2, 3, 4], empty: 5 });
  metric.addArrays(PREDICTED, TRUE);
  const { iou, precision, recall, miou, occIou, seen, correct, positive } = await metric.results();
  assertEquals(seen, [2, 3, 0, 0, 5]);
  assertEquals(correct, [1, 1, 0, 0, 4]);
  assertEquals(positive, [2, 1, 1, 0, 5]);
  assertEquals(iou, [1 / 3, 1 / 3, 0, null]);
  assertEquals(precision, [1 / 2, 1, 0, null]);
  assertEquals(recall, [1 / 2, 1 / 3, null, null]);
  assertAlmostEquals(miou!, 200 / 9, 1e-12);
  assertAlmostEquals(occIou!, 400 / 6, 1e-12);
});

// What published evaluations make of a class that no label has: 1, nothing, or 0.
for (
  const [absent, iou, miou] of [
    [1, [1 / 3, 1 / 3, 1, 1], 200 / 3],
    [null, [1 / 3, 1 / 3, null, null], 100 / 3],
    [0, [1 / 3, 1 / 3, 0, 0], 100 / 6],
  ] as const
) {
  Deno.test(`the reference's mean with absent classes as ${absent}`, async () => {
    const metric = new MeanIou({ classes: [1, 2, 3, 4], empty: 5, absent });
    metric.addArrays(PREDICTED, TRUE);
    const { reference } = await metric.results();
    assertEquals(reference.iou, [...iou]);
    assertAlmostEquals(reference.miou, miou, 1e-12);
    assertEquals(reference.precision, [1 / 2, 1, 0, 0]);
    assertEquals(reference.recall, [1 / 2, 1 / 3, 1, 1]);
    assertAlmostEquals(reference.occIou, 400 / 6, 1e-12);
  });
}

Deno.test("labels without any class have no mean, 100 by the reference", async () => {
  const metric = new MeanIou({ classes: [1], empty: 0 });
  metric.addArrays([0, 0], [0, 0]);
  const { iou, miou, occIou, reference } = await metric.results();
  assertEquals([iou, miou, occIou], [[null], null, null]);
  assertEquals([reference.miou, reference.occIou], [100, 100]);
});

Deno.test("MeanIou of an empty scene is 0 where something is predicted", async () => {
  const metric = new MeanIou({ classes: [1], empty: 0 });
  metric.addArrays([0, 1, 0], [0, 0, 0]);
  const { occIou, miou, reference } = await metric.results();
  assertEquals([occIou, miou], [0, 0]);
  assertEquals(reference.miou, 100);
});

Deno.test("MeanIou adds the counts of other parts past 32 bits", async () => {
  const metric = new MeanIou({ classes: [1], empty: 0 });
  const part = { seen: [2 ** 32, 2 ** 40], correct: [2 ** 31, 1], positive: [2 ** 32, 1] };
  metric.addCounts(part);
  metric.addCounts(part);
  assertEquals((await metric.counts()).seen, [2 ** 33, 2 ** 41]);
  assertAlmostEquals((await metric.results()).iou[0]!, 1 / 3, 1e-15);
});

Deno.test("MeanIou refuses arrays of different lengths", () => {
  assertThrows(
    () => new MeanIou(NUSCENES).addArrays([1, 2], [1]),
    RangeError,
    "Cannot run MeanIou.addArrays: 2 predictions and 1 labels, there must be as many",
  );
});
