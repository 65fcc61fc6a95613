import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { adamw as reference, adamwState } from "../../reference/optim/adamw.ts";
import { assertClose, gpuTest, noise, withGpu } from "../../support.ts";

const SIZES = [1, 7, 20011];
const RATES = [1e-2, 1e-3, 2e-2];

function parametersOf(gpu: Gpu): Parameter[] {
  return SIZES.map((size, i) => new Parameter(gpu, [size], Float32Array.from(noise(i, size))));
}

/** The gradient of parameter j at a step; early ones are clipped, later ones are not. */
function gradientOf(j: number, step: number): Float64Array {
  const scale = step < 5 ? 4 : 0.05;
  return noise(100 + 10 * step + j, SIZES[j]!).map((value) => Math.fround(value * scale));
}

function takeStep(parameters: Parameter[], step: number) {
  const { gpu } = parameters[0]!;
  using scope = gpu.scope();
  parameters.forEach((p, j) => p.gradient!.write(Float32Array.from(gradientOf(j, step))));
  const { norm, factor, brokenTotal } = clipNorm(parameters.map((p) => p.gradient!), 5);
  adamw(
    parameters.map((p, j) => ({ parameters: [p], rate: RATES[j]!, weightDecay: 0.1 })),
    { step, factor, broken: brokenTotal },
  );
  return scope.keep(norm);
}

async function compareTenSteps(gpu: Gpu): Promise<void> {
  let parameters = parametersOf(gpu);
  const states = parameters.map((_, j) => adamwState(noise(j, SIZES[j]!)));
  for (let step = 1; step <= 10; step++) {
    const norm = takeStep(parameters, step);
    const expected = reference(states, SIZES.map((_, j) => gradientOf(j, step)), {
      step,
      rates: RATES,
      weightDecay: 0.1,
      largest: 5,
    });
    assertClose(await norm.read("f32"), [expected], { rtol: 1e-5 }, `norm of step ${step}`);
    // Half way the run is given up and resumed from what it would have saved.
    if (step === 5) parameters = await resumed(parameters);
  }
  for (const [j, p] of parameters.entries()) {
    // Ten steps of up to 0.02, each good to a few units in the last place.
    const tolerance = { atol: 2e-6, rtol: 1e-5 };
    assertClose(await p.value.read("f32"), states[j]!.value, tolerance, `value ${j}`);
    const [first, second] = p.moments!;
    // Moments of clipped gradients are small: about 1e-2 and 1e-6.
    assertClose(await first.read("f32"), states[j]!.first, { atol: 1e-8, rtol: 1e-5 }, "first");
    assertClose(await second.read("f32"), states[j]!.second, { atol: 1e-12, rtol: 1e-5 }, "second");
  }
  for (const p of parameters) p.release();
}

async function resumed(parameters: Parameter[]): Promise<Parameter[]> {
  return await Promise.all(parameters.map(async (p) => {
    const copy = new Parameter(p.gpu, p.shape, await p.value.read("f32"));
    const moments = copy.ensureMoments();
    for (const i of [0, 1] as const) moments[i].write(await p.moments![i].read("f32"));
    p.release();
    return copy;
  }));
}

gpuTest("ten clipped steps of AdamW with decay, resumed half way", compareTenSteps);

gpuTest("AdamW on parameters larger than one binding", compareTenSteps, {
  tuning: { mostBound: 4 * 16384 },
});

gpuTest("the same steps leave the same bits", async (gpu) => {
  const run = async () => {
    const parameters = parametersOf(gpu);
    for (let step = 1; step <= 3; step++) takeStep(parameters, step);
    return await Promise.all(parameters.map((p) => p.value.read()));
  };
  assertEquals(await run(), await run());
});

gpuTest("published steps of Adam with an eps of 1e-15", async (gpu) => {
  const p = new Parameter(gpu, [1], new Float32Array([1]));
  const expected = [0.99, 0.984889739, 0.97887814];
  for (const [i, g] of [0.5, -0.1, 0.2].entries()) {
    p.gradient!.write(new Float32Array([g]));
    adamw([{ parameters: [p], rate: 0.01 }], { step: i + 1, eps: 1e-15 });
    assertClose(await p.value.read("f32"), [expected[i]!], { atol: 1e-7, rtol: 0 });
  }
});

gpuTest("a gradient of 0 moves nothing, not even with a tiny eps", async (gpu) => {
  const p = new Parameter(gpu, [2], new Float32Array([1, -2]));
  adamw([{ parameters: [p], rate: 0.01 }], { step: 1, eps: 1e-15 });
  assertEquals([...await p.value.read("f32")], [1, -2]);
});

gpuTest("a broken gradient holds the whole step back, and frozen parameters stay", async (gpu) => {
  const parameters = [1, 2].map((v) => new Parameter(gpu, [3], new Float32Array(3).fill(v)));
  const gradients = parameters.map((p) => p.gradient!);
  gradients[0]!.write(new Float32Array([1, 1, 1]));
  gradients[1]!.write(new Float32Array([1, NaN, -Infinity]));
  const { factor, broken, brokenTotal } = clipNorm(gradients, 1);
  assertEquals([...await broken.read("u32")], [0, 2]);
  assertEquals([...await brokenTotal.read("u32")], [2]);
  adamw([{ parameters, rate: 0.1 }], { step: 1, factor, broken: brokenTotal });
  assertEquals([...await parameters[0]!.value.read("f32")], [1, 1, 1]);
  assertEquals([...await parameters[0]!.moments![0].read("f32")], [0, 0, 0]);
  parameters[1]!.trainable = false;
  adamw([{ parameters, rate: 0.1 }], { step: 1 });
  assertClose(await parameters[0]!.value.read("f32"), [0.9, 0.9, 0.9], { atol: 1e-6 });
  assertEquals([...await parameters[1]!.value.read("f32")], [2, 2, 2]);
  assertThrows(() => adamw([], { step: 0 }), RangeError, "Cannot run adamw: the step is 0");
});

gpuTest(
  "columns without any gradient so far are passed over, the others take the same step",
  async (gpu) => {
    const [rows, width, columns] = [70, 45, 9];
    const values = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i));
    const run = async (gpu: Gpu, group: { columns?: number }) => {
      const p = new Parameter(gpu, [rows, 15, 3], values);
      for (let step = 1; step <= 3; step++) {
        const gradient = values.map((v, i) => i % width < columns ? v * Math.cos(step * i) : 0);
        p.gradient!.write(gradient);
        adamw([{ parameters: [p], rate: 0.01, ...group }], { step, eps: 1e-15 });
      }
      const read = await Promise.all([p.value, ...p.moments!].map((tensor) => tensor.read("f32")));
      p.release();
      return read;
    };
    const whole = await run(gpu, {});
    assertEquals(await run(gpu, { columns }), whole);
    // One window of 64 rows and a rest.
    await withGpu(async (gpu) => assertEquals(await run(gpu, { columns }), whole), {
      tuning: { mostBound: 12_000 },
    });
  },
);
