import { assertEquals, assertRejects } from "@std/assert";
import { inverseCovariance } from "../../../gpu/ops/gaussian/covariance.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { head } from "../../../model/operators/head.ts";
import { localaggProbFast } from "../../../model/operators/aggregate/localagg_prob.ts";
import { loss } from "../../../model/operators/loss.ts";
import { type HostArray, runOperator } from "../../../model/operators/operator.ts";
import { geoScal, semScal } from "../../reference/loss/class_overlap.ts";
import { channelSoftmax, crossEntropy } from "../../reference/loss/cross_entropy.ts";
import { lovaszSoftmax } from "../../reference/loss/lovasz_softmax.ts";
import { assertClose, gpuTest, noise, noiseArray } from "../../support.ts";

const whole = (values: readonly number[]): HostArray => ({
  shape: [values.length],
  data: Int32Array.from(values),
});
const f32 = (data: ArrayLike<number>, shape: readonly number[]): HostArray => ({
  shape,
  data: Float32Array.from(data),
});

// Number of classes, the empty one, the label that Lovász-softmax leaves out (the empty one if null).
for (
  const [classes, empty, ignore] of [
    [13, 12, null],
    [18, 17, null],
    [20, 0, null],
    [7, 3, null],
    [7, 3, 255],
    [2, 0, null],
  ] as const
) {
  gpuTest(
    `op run loss: ${classes} classes, empty ${empty}, Lovász without ${ignore}`,
    async (gpu) => {
      const voxels = 211;
      const labels = Array.from(noise(3, voxels, 0, classes), Math.floor)
        .map((label, n) => n % 9 ? label : 255);
      const logits = noiseArray(4, [classes, voxels], -2, 2);
      const probs = channelSoftmax(logits);
      const outputs = await loss.run(gpu, {
        labels: whole(labels),
        logits: f32(logits.data, logits.shape),
        probs: f32(probs.data, probs.shape),
        empty_label: whole([empty]),
        ...(ignore === null ? {} : { lovasz_ignore: whole([ignore]) }),
      });
      const mask = labels.map((label) => Number(label !== 0 || empty === 0));
      const left = ignore ?? empty;
      const expected = {
        sem_scal: semScal(probs, { labels }, [empty]),
        geo_scal: geoScal(probs, { labels }, empty),
        lovasz: lovaszSoftmax(probs, { labels, ignore: left }),
      };
      for (const [key, { data }] of Object.entries(expected)) {
        assertClose(outputs[key]!.data, data, { atol: 2e-6, rtol: 2e-5 }, key);
      }
      const whole_ = 10 * crossEntropy(logits, { labels, mask }).data[0]! +
        lovaszSoftmax(probs, { labels, mask, ignore: left }).data[0]!;
      assertClose(outputs.occloss_v1!.data, [whole_], { atol: 0, rtol: 2e-5 }, "occloss_v1");
    },
  );
}

gpuTest("op run loss refuses an empty class that is none", async (gpu) => {
  const probs = f32(new Float32Array(8).fill(0.5), [4, 2]);
  await assertRejects(
    () => loss.run(gpu, { probs, labels: whole([1, 2]), empty_label: whole([4]) }),
    RangeError,
    '"empty_label" is 4, 0 to 3 is right',
  );
});

const GRID = { grid: whole([7, 6, 4]), pc_min: f32([-2, -1, 0], [3]), grid_size: f32([0.5], [1]) };
const SIZE = [7, 6, 4] as const, LOW = [-2, -1, 0] as const, CELL = 0.5;

/** Gaussians of five classes, and the centres of all voxels. */
function scene() {
  const count = 23, classes = 5;
  const points: number[] = [];
  for (let x = 0; x < SIZE[0]; x++) {
    for (let y = 0; y < SIZE[1]; y++) {
      for (let z = 0; z < SIZE[2]; z++) {
        points.push(...[x, y, z].map((i, axis) => LOW[axis]! + CELL * (i + 0.5)));
      }
    }
  }
  const unit = noise(11, 3 * count, 0.05, 0.95);
  return {
    ...GRID,
    pts: f32(points, [points.length / 3, 3]),
    means: f32(unit.map((u, i) => LOW[i % 3]! + u * SIZE[i % 3]! * CELL), [count, 3]),
    scales: f32(noise(12, 3 * count, 0.05, 0.6), [count, 3]),
    rotations: f32(noise(13, 4 * count, -1, 1), [count, 4]),
    opacities: f32(noise(14, count, 0.1, 0.9), [count]),
    semantics: f32(noise(15, classes * count, -1, 1), [count, classes]),
    scale_multiplier: f32([3], [1]),
  };
}

/** Row by row, the scores with the empty one moved from the end to `empty`. */
function moved({ shape, data }: HostArray, empty: number): Float32Array {
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array(rows * columns);
  for (let n = 0; n < rows; n++) {
    const row = Array.from({ length: columns }, (_, c) => data[n * columns + c]!);
    row.splice(empty, 0, row.pop()!);
    out.set(row, n * columns);
  }
  return out;
}

for (const empty of [0, 2, 5]) {
  for (const additive of [false, true]) {
    gpuTest(
      `op run head: empty class ${empty}, ${additive ? "additive" : "mixed"}`,
      async (gpu) => {
        const inputs = { ...scene(), ...(additive ? { empty_scalar: f32([2], [1]) } : {}) };
        const last = await runOperator(gpu, head, inputs);
        const there = await runOperator(gpu, head, { ...inputs, empty_label: whole([empty]) });
        assertClose(there.pred_occ!.data, moved(last.pred_occ!, empty), { atol: 1e-7, rtol: 1e-6 });
      },
    );
  }
}

gpuTest("op run head with a radius for each axis is localagg_prob_fast", async (gpu) => {
  const inputs = scene();
  const radii = f32([], inputs.scales.shape);
  const each = Int32Array.from(
    { length: inputs.scales.data.length },
    (_, i) => Math.max(1, Math.ceil(Math.fround(Math.fround(inputs.scales.data[i]! * 3) / CELL))),
  );
  const cells = (array: HostArray) => ({
    shape: array.shape,
    data: Int32Array.from(
      { length: array.data.length },
      (_, i) => Math.trunc(Math.fround(Math.fround(array.data[i]! - LOW[i % 3]!) / CELL)),
    ),
  });
  const { inverse } = inverseCovariance(
    Tensor.from(gpu, Float32Array.from(inputs.scales.data), inputs.scales.shape),
    Tensor.from(gpu, Float32Array.from(inputs.rotations.data), inputs.rotations.shape),
  );
  const semantics = channelSoftmax({
    shape: [5, 23],
    data: Float64Array.from(
      { length: 5 * 23 },
      (_, i) => inputs.semantics.data[(i % 23) * 5 + Math.floor(i / 23)]!,
    ),
  });
  const splat = await runOperator(gpu, localaggProbFast, {
    ...inputs,
    points_int: cells(inputs.pts),
    means_int: cells(inputs.means),
    cov6: f32(await inverse.read("f32"), [23, 6]),
    radii: { shape: radii.shape, data: each },
    // One channel more, which no Gaussian has.
    semantics: f32(
      Array.from(
        { length: 6 * 23 },
        (_, i) => i % 6 === 5 ? 0 : semantics.data[(i % 6) * 23 + Math.floor(i / 6)]!,
      ),
      [23, 6],
    ),
  });
  const occupied = splat.bin_logits!.data;
  const expected = Array.from(
    splat.logits!.data,
    (value, i) =>
      i % 6 === 5 ? 1 - occupied[Math.floor(i / 6)]! : value * occupied[Math.floor(i / 6)]!,
  );
  const asked = { per_axis: whole([1]) };
  const given = { radii: { shape: radii.shape, data: each } };
  for (const how of [asked, given]) {
    const { pred_occ, radii } = await runOperator(gpu, head, { ...inputs, ...how });
    assertEquals([...radii!.data as Int32Array], [...each]);
    assertClose(pred_occ!.data, expected, { atol: 2e-6, rtol: 2e-5 });
  }
  const { pred_occ } = await runOperator(gpu, head, inputs);
  const far = Array.from(pred_occ!.data, (value, i) => Math.abs(value - expected[i]!));
  assertEquals(Math.max(...far) > 1e-3, true, "one radius for all axes gives other scores");
});
