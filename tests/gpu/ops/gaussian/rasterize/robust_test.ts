import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import type { RasterInputs } from "../../../../../gpu/ops/gaussian/rasterize/inputs.ts";
import { PairBudget } from "../../../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import {
  countPairs,
  rasterize,
  rasterizeMeasured,
  type RasterOptions,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { orderByDepth } from "../../../../../gpu/ops/gaussian/rasterize/tiles/tile_pairs.ts";
import { backwardAll, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { rasterize as reference } from "../../../../reference/gaussian/rasterize.ts";
import { assertClose, gpuTest, noise, withGpu } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

const CAMERA = cameraAt(70, 50, { position: [0, 0, -1] });
const BAD = [NaN, Infinity, -Infinity];

/** All leaves of a scene, made to collect gradients. */
function leavesOf(inputs: RasterInputs): Record<string, Tensor> {
  const { means, opacities, scales, rotations, harmonics } = inputs;
  const leaves: Record<string, Tensor> = {
    means,
    opacities,
    scales: scales!,
    rotations: rotations!,
    dc: harmonics!.dc,
    rest: harmonics!.rest!,
  };
  for (const leaf of Object.values(leaves)) variable(leaf);
  return leaves;
}

async function gradientsOf(
  gpu: Gpu,
  inputs: RasterInputs,
  options: RasterOptions & { capacity: number },
  camera = CAMERA,
): Promise<Record<string, Float32Array>> {
  using _scope = gpu.scope();
  const leaves = leavesOf(inputs);
  const { image, inverseDepth } = rasterize(inputs, camera, options);
  const upstream = [image, inverseDepth].map((output, i) =>
    Tensor.from(gpu, Float32Array.from(noise(70 + i, output.size)), output.shape)
  );
  backwardAll([image, inverseDepth], upstream);
  const read: Record<string, Float32Array> = {};
  for (const [name, leaf] of Object.entries(leaves)) {
    read[name] = await leaf.gradient!.read("f32");
    leaf.gradient!.release();
    leaf.gradient = null;
  }
  return read;
}

gpuTest("rasterize: what is not finite is not there, the rest is right", async (gpu) => {
  const n = 120;
  const g = randomGaussians(60, n, { degree: 1 });
  const bad = new Set<number>();
  const spoil = (array: { data: Float64Array }, width: number, first: number) =>
    BAD.forEach((value, k) => {
      const i = first + 5 * k;
      array.data[width * i + (k % width)] = value;
      bad.add(i);
    });
  spoil(g.means, 3, 0);
  spoil(g.opacities, 1, 1);
  spoil(g.scales, 3, 2);
  spoil(g.rotations, 4, 3);
  spoil(g.harmonics, 12, 4);
  // Further than f32 squares reach; nothing is drawn of it.
  g.scales.data.fill(1e20, 3 * 20, 3 * 21);
  bad.add(20);
  // These are drawn: a zero quaternion turns by nothing, tiny scales leave the blur, a plate is huge.
  g.rotations.data.fill(0, 4 * 25, 4 * 27);
  g.scales.data.fill(1e-30, 3 * 27, 3 * 29);
  g.scales.data.set([1e4, 1e4, 1e-6], 3 * 29);
  g.opacities.data[29] = 0.5;
  g.means.data.set([0, 0, 4], 3 * 29);
  g.opacities.data[30] = 0;
  g.means.data.fill(1e30, 3 * 31, 3 * 32);

  const inputs = upload(gpu, g);
  const { image, inverseDepth, radii } = await rasterizeMeasured(inputs, CAMERA);
  const keep = (i: number) => !bad.has(i);
  const rows = ({ shape, data }: { shape: number[]; data: Float64Array }) => {
    const width = data.length / n;
    return {
      shape: [n - bad.size, ...shape.slice(1)],
      data: data.filter((_, at) => keep(Math.floor(at / width))),
    };
  };
  const { degree, ...arrays } = g;
  const [expected, depth] = reference({
    ...Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [name, rows(array)]),
    ) as typeof arrays,
    degree,
  }, CAMERA);
  assertClose(await image.read("f32"), expected.data, { atol: 2e-5, rtol: 0 }, "image");
  assertClose(await inverseDepth.read("f32"), depth.data, { atol: 2e-5, rtol: 0 }, "depth");
  const radius = await radii.read("i32");
  for (const i of bad) assertEquals(radius[i], 0, `Gaussian ${i}`);

  const gradients = await gradientsOf(gpu, inputs, { capacity: 20000 });
  for (const [name, values] of Object.entries(gradients)) {
    const width = values.length / n;
    values.forEach((value, at) => {
      assert(Number.isFinite(value), `${name}[${at}] is ${value}`);
      assert(keep(Math.floor(at / width)) || value === 0, `${name}[${at}] is ${value}`);
    });
  }
});

gpuTest("rasterize: random bits in a Gaussian spoil no other one's gradient", async (gpu) => {
  const n = 300;
  for (let seed = 0; seed < 20; seed++) {
    const g = randomGaussians(80 + seed, n, { degree: 1 });
    const spoilt = new Set<number>();
    for (const array of [g.means, g.scales, g.rotations, g.opacities, g.harmonics]) {
      const width = array.data.length / n;
      const where = noise(900 + seed, array.data.length, 0, 1);
      const bits = noise(500 + seed, array.data.length, 0, 2 ** 32);
      array.data.forEach((_, at) => {
        if (where[at]! > 0.02) return;
        array.data[at] = new Float32Array(Uint32Array.of(bits[at]!).buffer)[0]!;
        spoilt.add(Math.floor(at / width));
      });
    }
    const inputs = upload(gpu, g);
    const { image } = await rasterizeMeasured(inputs, CAMERA);
    const picture = await image.read("f32");
    assert(picture.every(Number.isFinite), "image");
    const peak = picture.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const gradients = await gradientsOf(gpu, inputs, { capacity: 20000 });
    // Gradients through a colour of 1e35 are beyond f32 indeed.
    for (const [name, values] of Object.entries(peak < 1e15 ? gradients : {})) {
      const width = values.length / n;
      values.forEach((value, at) => {
        const i = Math.floor(at / width);
        assert(spoilt.has(i) || Number.isFinite(value), `seed ${seed}: ${name} of ${i}: ${value}`);
      });
    }
  }
});

gpuTest("rasterize: no Gaussians, or all behind the camera, show the background", async (gpu) => {
  const background = [0.25, 0.5, 0.75] as const;
  const behind = randomGaussians(100, 5);
  for (let i = 0; i < 5; i++) behind.means.data[3 * i + 2] = -9;
  for (const g of [randomGaussians(100, 0), behind]) {
    const inputs = upload(gpu, g);
    const drawn = await rasterizeMeasured(inputs, CAMERA, { background });
    const pixels = CAMERA.width * CAMERA.height;
    assertEquals(
      await drawn.image.read("f32"),
      Float32Array.from({ length: 3 * pixels }, (_, at) => background[Math.floor(at / pixels)]!),
    );
    assertEquals([...await drawn.frame.read("u32")], [0, 0, 0, 0]);
    const gradients = await gradientsOf(gpu, inputs, { capacity: 1 });
    for (const values of Object.values(gradients)) assert(values.every((value) => value === 0));
  }
});

gpuTest("rasterize: too many pairs give NaN and no gradient, and the room grows", async (gpu) => {
  const inputs = upload(gpu, randomGaussians(110, 200));
  const budget = new PairBudget({ capacity: 50 });
  const first = rasterize(inputs, CAMERA, { capacity: budget });
  budget.watch(first);
  const [listed, wanted, made, overflow] = await first.frame.read("u32");
  assert(listed! > 100 && wanted! > 50, `${listed} Gaussians, ${wanted} pairs`);
  assertEquals([made, overflow], [0, 1]);
  assert((await first.image.read("f32")).every(Number.isNaN));
  assert((await first.inverseDepth.read("f32")).every(Number.isNaN));
  const none = await gradientsOf(gpu, inputs, { capacity: 50 });
  for (const values of Object.values(none)) assert(values.every((value) => value === 0));
  assertEquals(await budget.settle(), false);
  assertEquals([budget.overflows, budget.peak], [1, wanted]);
  assert(budget.capacity >= 1.25 * wanted!, `room for ${budget.capacity}`);
  const second = rasterize(inputs, CAMERA, { capacity: budget });
  assertEquals([...await second.frame.read("u32")].slice(1), [wanted, wanted, 0]);
  assert((await second.image.read("f32")).every(Number.isFinite));
});

gpuTest("rasterize: counts of pairs past 2^32 are noticed", async (gpu) => {
  const touched = Tensor.from(gpu, Uint32Array.of(2 ** 31, 0, 2 ** 31 - 1, 7));
  const shapes = Tensor.from(gpu, Float32Array.from({ length: 16 }, (_, i) => 1 + i), [4, 4]);
  const projected = { touched, shapes, places: shapes, radii: touched };
  const wide = { ...CAMERA, width: 2 ** 19, height: 2 ** 19 };
  const order = orderByDepth(projected, wide);
  await assertRejects(
    () => countPairs({ ...projected, ...order, colours: shapes }),
    RangeError,
    "Cannot run rasterize: more than 4294967295 pairs",
  );
  const fitting = Tensor.from(gpu, Uint32Array.of(2 ** 31, 0, 2 ** 31 - 1, 0));
  const most = { ...projected, touched: fitting };
  const counted = { ...most, ...orderByDepth(most, wide), colours: shapes };
  assertEquals(await countPairs(counted), 2 ** 32 - 1);
});

gpuTest("rasterize: the room for pairs grows before it is too small", () => {
  const budget = new PairBudget({ capacity: 100 });
  for (const pairs of [70, 80, 90, 60]) budget.note(pairs);
  assertEquals([budget.capacity, budget.peak, budget.overflows], [135, 90, 0]);
});

const CROWD = cameraAt(200, 150);

/** Small Gaussians and some in more than 64 tiles, which a workgroup sums together. */
function crowd(gpu: Gpu): RasterInputs {
  const g = randomGaussians(120, 60, { degree: 1 });
  g.scales.data.fill(4, 0, 3 * 9);
  return upload(gpu, g);
}

gpuTest(
  "rasterize: ordered sums have the same bits each time, atomic ones are near",
  async (gpu) => {
    const inputs = crowd(gpu);
    const first = await gradientsOf(gpu, inputs, { capacity: 9000 }, CROWD);
    const again = await gradientsOf(gpu, inputs, { capacity: 8000 }, CROWD);
    const atomic = await gradientsOf(
      gpu,
      inputs,
      { capacity: 9000, accumulation: "atomic" },
      CROWD,
    );
    for (const [name, values] of Object.entries(first)) {
      assertEquals(values, again[name], name);
      const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assertClose(atomic[name]!, values, { atol: 1e-5 * largest, rtol: 1e-4 }, name);
    }
  },
);

gpuTest("rasterize: sums by compare-and-swap where floats have no atomics", async (gpu) => {
  const inputs = crowd(gpu);
  const ordered = await gradientsOf(gpu, inputs, { capacity: 9000 }, CROWD);
  const swapped = await gradientsOf(gpu, inputs, { capacity: 9000, accumulation: "atomic" }, CROWD);
  for (const [name, values] of Object.entries(ordered)) {
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    assertClose(swapped[name]!, values, { atol: 1e-5 * largest, rtol: 1e-4 }, name);
  }
}, { disable: ["f32Atomics"] });

gpuTest("rasterize: more Gaussians than one binding holds", async (gpu) => {
  const n = 3000;
  const gaussians = randomGaussians(130, n, { degree: 3, size: 0.05 });
  const draw = async (gpu: Gpu) => {
    const inputs = upload(gpu, gaussians);
    const { frame, image } = await rasterizeMeasured(inputs, CAMERA);
    assert((await frame.read("u32"))[1]! <= 8700);
    return [await image.read(), await gradientsOf(gpu, inputs, { capacity: 8700 })];
  };
  const whole = await draw(gpu);
  // 180 bytes of harmonics a Gaussian: windows of 1024; at last 48 bytes of sums likewise.
  for (const mostBound of [240_000, 190_000, 140_000]) {
    await withGpu(async (gpu) => assertEquals(await draw(gpu), whole), { tuning: { mostBound } });
  }
});

gpuTest("rasterize: gradients on the screen, and their magnitudes", async (gpu) => {
  const inputs = upload(gpu, randomGaussians(140, 30));
  const leaf = () => variable(Tensor.empty(gpu, [30, 2]));
  for (const camera of [cameraAt(1, 1, { position: [0, 0, -1] }), CAMERA]) {
    const [screen, screenMagnitude] = [leaf(), leaf()];
    const { image } = rasterize({ ...inputs, screen, screenMagnitude }, camera, { capacity: 900 });
    const upstream = Float32Array.from(noise(141, image.size));
    backwardAll([image], [Tensor.from(gpu, upstream, image.shape)]);
    const sums = await screen.gradient!.read("f32");
    const magnitudes = await screenMagnitude.gradient!.read("f32");
    assert(sums.some((value) => value !== 0));
    if (image.size === 3) {
      assertClose(magnitudes, sums.map(Math.abs), { atol: 1e-9, rtol: 1e-5 }, "one pixel");
    } else assert(sums.every((value, at) => Math.abs(value) <= magnitudes[at]! * 1.00001));
  }
});
