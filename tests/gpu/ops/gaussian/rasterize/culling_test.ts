import { assert, assertEquals } from "@std/assert";
import {
  rasterize,
  rasterizeMeasured,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { backwardAll, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

type Gaussians = ReturnType<typeof randomGaussians>;

/** Kinds of Gaussians that a test of reach could miss pixels of. */
const KINDS: Readonly<Record<string, (g: Gaussians, i: number, random: () => number) => void>> = {
  needles: (g, i, random) => g.scales.data.set([2 * random(), 1e-4, 1e-4], 3 * i),
  plates: (g, i, random) => g.scales.data.set([random(), random(), 1e-5], 3 * i),
  dots: (g, i, random) => g.scales.data.set([1e-3, 2e-3, 1e-3 * random()], 3 * i),
  faint: (g, i, random) => g.opacities.data[i] = (1 + 3 * random()) / 255,
  huge: (g, i, random) => {
    g.scales.data.set([30 * random(), 10, 0.01], 3 * i);
    g.opacities.data[i] = 0.05 * random();
  },
  aside: (g, i, random) => {
    g.means.data[3 * i] = 20 * random() - 10;
    g.scales.data.set([4, 0.01, 2 * random()], 3 * i);
  },
};

for (const [kind, change] of Object.entries(KINDS)) {
  gpuTest(`rasterize: blocks and tiles passed over lose no pixel, ${kind}`, async (gpu) => {
    const n = 300;
    const g = randomGaussians(kind.length, n, { degree: 0 });
    const numbers = noise(77 + kind.length, 9 * n, 0, 1);
    let at = 0;
    for (let i = 0; i < n; i++) change(g, i, () => numbers[at++]!);
    const inputs = upload(gpu, g);
    const leaves = [inputs.means, inputs.opacities, inputs.scales!, inputs.rotations!];
    for (const leaf of leaves) variable(leaf);
    const camera = cameraAt(93, 71, { position: [0.1, 0, -1], turn: 0.2 });
    const draw = async (tiles: "exact" | "rectangle") => {
      const { image, frame } = rasterize(inputs, camera, { tiles, capacity: 40_000 });
      const upstream = Tensor.from(gpu, Float32Array.from(noise(5, image.size)), image.shape);
      const picture = await image.read("f32");
      const [, pairs, , overflow] = await frame.read("u32");
      assertEquals(overflow, 0);
      backwardAll([image], [upstream]);
      const gradients = await Promise.all(leaves.map((leaf) => leaf.gradient!.read("f32")));
      for (const leaf of leaves) leaf.gradient = null;
      return { picture, gradients, pairs: pairs! };
    };
    const [exact, square] = [await draw("exact"), await draw("rectangle")];
    assert(exact.picture.some((value) => value !== 0));
    assert(exact.pairs <= square.pairs);
    assertEquals(exact.picture, square.picture);
    exact.gradients.forEach((values, k) => {
      const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert(largest > 0);
      // More than 64 pairs of a Gaussian are added up in an order of their number.
      assertClose(values, square.gradients[k]!, { atol: 1e-6 * largest, rtol: 1e-5 }, `leaf ${k}`);
    });
  });
}

gpuTest("rasterize: more rows of tiles than a dispatch has workgroups", async (gpu) => {
  const height = 16 * 65_540 + 5;
  const g = randomGaussians(3, 1, { degree: 0 });
  // Two pixels above the lower border, seen from a place from which a pixel is a hundredth high.
  g.means.data.set([0, 0.01 * (height / 2 - 2), 1]);
  // Flat: so far off the axis depth would smear it over ten thousand rows.
  g.scales.data.set([0.02, 0.02, 1e-8]);
  g.rotations.data.set([1, 0, 0, 0]);
  g.opacities.data[0] = 0.9;
  const tangents = [0.005, 0.005 * height] as const;
  const depth = 100 / (100 - 0.01);
  const { image, frame } = await rasterizeMeasured(upload(gpu, g), {
    width: 1,
    height,
    tangents,
    position: [0, 0, 0],
    view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    // deno-fmt-ignore
    projection: [
      1 / tangents[0], 0, 0, 0,
      0, 1 / tangents[1], 0, 0,
      0, 0, depth, 1,
      0, 0, -0.01 * depth, 0,
    ],
  }, { background: [0, 1, 0] });
  const [listed, , , overflow] = await frame.read("u32");
  assertEquals([listed, overflow], [1, 0]);
  const green = (await image.read("f32")).subarray(height, 2 * height);
  const lowest = green.indexOf(Math.min(...green.slice(-40)), height - 40);
  assert(Math.abs(lowest - (height - 2.5)) < 1.5, `${lowest} of ${height}`);
  assert(green.subarray(0, height - 40).every((value) => value === 1));
});
