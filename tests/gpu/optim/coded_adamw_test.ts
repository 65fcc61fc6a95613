import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { codedAdamw } from "../../../gpu/optim/coded_adamw.ts";
import { CodedMoments } from "../../../gpu/optim/coded_moments.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { quantise, restore } from "../../reference/optim/block_moments.ts";
import { assertClose, gpuTest, noise } from "../../support.ts";

const ROWS = 333;
const WIDTH = 5;
const SIZE = ROWS * WIDTH;

const gradientAt = (step: number) =>
  Float32Array.from(noise(50 + step, SIZE), (x, i) => 10 ** (-2 - i % 3) * (x + 0.5));

gpuTest(
  "steps by moments in 8 bits stay near those by moments in full, for a quarter of the bytes",
  async (gpu) => {
    const values = Float32Array.from(noise(1, SIZE));
    const ways = {
      full: new Parameter(gpu, [ROWS, WIDTH], values),
      coded: new Parameter(gpu, [ROWS, WIDTH], values),
    };
    const before = gpu.memory.inUse;
    for (let step = 1; step <= 60; step++) {
      for (const [way, parameter] of Object.entries(ways)) {
        parameter.gradient!.write(gradientAt(step));
        const shared = { step, eps: 1e-15 };
        if (way === "coded") codedAdamw(parameter, { rate: 0.01 }, shared);
        else adamw([{ parameters: [parameter], rate: 0.01 }], shared);
      }
    }
    const [full, coded] = [await ways.full.value.read("f32"), await ways.coded.value.read("f32")];
    const moved = Math.hypot(...full.map((x, i) => x - values[i]!)); // boxed: 1665 values
    const apart = Math.hypot(...full.map((x, i) => x - coded[i]!)); // boxed: 1665 values
    assert(moved > 5 && apart < 0.03 * moved, `${apart} apart after ${moved}`);
    // Both gradients, the moments in full, and those in codes.
    const bytes = gpu.memory.inUse - before - 2 * 4 * SIZE - 2 * 4 * SIZE;
    assert(bytes < 3 * SIZE, `${bytes} bytes for ${SIZE} pairs of moments`);
    for (const parameter of Object.values(ways)) parameter.release();
  },
);

gpuTest(
  "moments opened to be read leave the codes as they were; a resized parameter keeps its rows' moments",
  async (gpu) => {
    const parameter = new Parameter(gpu, [ROWS, WIDTH]);
    parameter.gradient!.write(gradientAt(1));
    codedAdamw(parameter, { rate: 0.01 }, { step: 1 });
    const read = async () =>
      await Promise.all(parameter.moments!.map((moment) => moment.read("f32")));
    const held = gpu.memory.inUse;
    const first = await read();
    parameter.closeMoments();
    assertEquals(gpu.memory.inUse, held);
    assertEquals(await read(), first);
    parameter.resize((tensor) => tensor.window(0, 256));
    const kept = await read();
    const [m, v] = first.map((moment) => moment.subarray(0, 256 * WIDTH)) as [
      Float32Array,
      Float32Array,
    ];
    const expected = restore(quantise(m, v, 256, 8), 256, 8);
    assertClose(kept[0]!, expected.first, { atol: 1e-9, rtol: 1e-3 });
    assertClose(kept[1]!, expected.second, { atol: 1e-12, rtol: 1e-3 });
    parameter.release();
  },
);

gpuTest("rows are opened some at a time, each once", async (gpu) => {
  const given = [2, 3].map((seed) => Float32Array.from(noise(seed, SIZE), Math.abs));
  const moments = given.map((values) => Tensor.from(gpu, values, [ROWS, WIDTH]));
  const coded = new CodedMoments(gpu, [ROWS, WIDTH], moments as [Tensor, Tensor], 64 * 8 * WIDTH);
  const seen: number[][] = [];
  coded.step(([first], from, end) => {
    assertEquals(first.shape, [end - from, WIDTH]);
    seen.push([from, end]);
  });
  assertEquals(seen, [[0, 64], [64, 128], [128, 192], [192, 256], [256, 320], [320, 333]]);
  const open = coded.open();
  assertClose(await open[1].read("f32"), given[1]!, { atol: 0.02, rtol: 0.2 });
  for (const tensor of open) tensor.release();
  coded.release();
});

gpuTest(
  "rounding by chance keeps the mean of both moments, and draws alike from the same place",
  async (gpu) => {
    const second = Float32Array.from(noise(7, 256, -9, -5), (power) => 10 ** power);
    const first = Float32Array.from(noise(8, 256, -1, 1), (x, i) => x * Math.sqrt(second[i]!));
    const coded = new CodedMoments(
      gpu,
      [256],
      [Tensor.from(gpu, first), Tensor.from(gpu, second)],
    );
    const sums = [new Float64Array(256), new Float64Array(256)];
    const rounds = 400;
    for (let round = 0; round < rounds; round++) {
      // As if each step left what the moments were at first.
      coded.step((open) => {
        open[0].write(first);
        open[1].write(second);
      });
      const open = coded.open();
      for (const [k, tensor] of open.entries()) {
        (await tensor.read("f32")).forEach((x, i) => sums[k]![i]! += x / rounds);
        tensor.release();
      }
    }
    const off = (mean: Float64Array, of: Float32Array) =>
      mean.reduce((sum, x, i) => sum + (x / of[i]! - 1), 0) / of.length;
    assert(
      Math.abs(off(sums[1]!, second)) < 1e-3,
      `second moments are ${off(sums[1]!, second)} off`,
    );
    assertClose(sums[1]!, second, { atol: 0, rtol: 0.02 });
    coded.release();
    const places = [];
    for (const counter of [5, 5, 6]) {
      const pair = [first, second].map((x) => Tensor.from(gpu, x)) as [Tensor, Tensor];
      const moments = new CodedMoments(gpu, [256], pair);
      gpu.random.counter = counter;
      moments.step(([m]) => m.write(first));
      places.push(await moments.open()[0].read("f32"));
    }
    assertEquals(places[1], places[0]);
    assertNotEquals(places[2], places[0]);
  },
);
