import { assert, assertEquals, assertThrows } from "@std/assert";
import { dropout } from "../../../../gpu/ops/nn/dropout.ts";
import { backward, recompute, variable } from "../../../../gpu/tape.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { words } from "../../../reference/array/philox.ts";
import { assertClose, ELEMENTWISE, gpuTest, noise, withGpu } from "../../../support.ts";

for (const size of [1, 7, 1031]) {
  gpuTest(`dropout of ${size} values and its gradient draw the stream's words`, async (gpu) => {
    // A counter whose low half overflows within the tensor.
    Object.assign(gpu.random, { seed: 2 ** 40 + 5, counter: 2 ** 32 - 2 });
    const values = noise(1, size);
    const x = variable(Tensor.from(gpu, Float32Array.from(values)));
    const y = dropout(x, 0.3, { training: true });
    const drawn = words(2 ** 40 + 5, 2 ** 32 - 2, size);
    const kept = drawn.map((word) => word >= 0.3 * 2 ** 32 ? 1 / 0.7 : 0);
    assertClose(await y.read("f32"), kept.map((k, i) => k * values[i]!), ELEMENTWISE);
    assertEquals(gpu.random.counter, 2 ** 32 - 2 + Math.ceil(size / 4));
    backward(y, Tensor.from(gpu, Float32Array.from(noise(2, size))));
    const upstream = noise(2, size);
    assertClose(await x.gradient!.read("f32"), kept.map((k, i) => k * upstream[i]!), ELEMENTWISE);
  });
}

gpuTest("dropout drops its share and differs from call to call", async (gpu) => {
  const x = Tensor.from(gpu, new Float32Array(40000).fill(1));
  const first = await dropout(x, 0.15, { training: true }).read("f32");
  const second = await dropout(x, 0.15, { training: true }).read("f32");
  const dropped = first.filter((value) => value === 0).length / 40000;
  // Five standard deviations of a share of 40000.
  assert(Math.abs(dropped - 0.15) < 0.009, `dropped ${dropped}`);
  const both = first.filter((value, i) => value === 0 && second[i] === 0).length / 40000;
  assert(Math.abs(both - 0.0225) < 0.004, `dropped twice ${both}`);
});

gpuTest("a checkpoint draws the same numbers again", async (gpu) => {
  const run = (keep: boolean) => {
    gpu.random.counter = 77;
    const x = variable(Tensor.from(gpu, Float32Array.from(noise(3, 101))));
    const body = (x: Tensor) => [dropout(x, 0.5, { training: true })] as const;
    const [y] = keep ? body(x) : recompute([x], body);
    backward(y!, Tensor.from(gpu, new Float32Array(101).fill(1)));
    return x.gradient!.read();
  };
  assertEquals(await run(true), await run(false));
});

gpuTest("without training dropout does nothing, and p must be a probability", (gpu) => {
  const x = Tensor.zeros(gpu, [3]);
  const { counter } = gpu.random;
  assert(dropout(x, 0.5, { training: false }) === x);
  assertEquals(gpu.random.counter, counter);
  assertThrows(
    () => dropout(x, 1, { training: true }),
    RangeError,
    "Cannot run dropout: the probability is 1, [0, 1) is possible",
  );
});

gpuTest("dropout in pieces draws what it draws in one", async (gpu) => {
  const draw = (gpu: Gpu) => {
    Object.assign(gpu.random, { seed: 7, counter: 0 });
    const x = Tensor.from(gpu, Float32Array.from(noise(4, 2051)));
    return dropout(x, 0.4, { training: true }).read();
  };
  const whole = await draw(gpu);
  await withGpu(async (gpu) => assertEquals(await draw(gpu), whole), {
    tuning: { mostBound: 4096 },
  });
});
