import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  aggregateSuperquadrics,
} from "../../../../../gpu/ops/gaussian/superquadric/aggregate_superquadrics.ts";
import { backwardAll, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  aggregateSuperquadrics as reference,
  type Superquadrics,
} from "../../../../reference/gaussian/aggregate_superquadrics.ts";
import { cellsOf, voxelCenters } from "../../../../reference/gaussian/aggregate_voxels.ts";
import { checkOp, gpuTest, noise } from "../../../../support.ts";
import { GRID, scatteredPoints } from "../aggregate/aggregation_scene.ts";
import { superquadricScene } from "./superquadric_scene.ts";

for (
  const [count, channels, scattered, cut] of [
    [1, 1, 0, 174],
    [40, 18, 0, 30],
    [67, 6, 0, 174],
    [1, 3, 1, 174],
    [40, 21, 200, 174],
    [67, 17, 67, 30],
  ] as const
) {
  const where = scattered ? `at ${scattered} points` : "on the grid";
  gpuTest(
    `aggregateSuperquadrics of ${count}, ${channels} channels ${where}, cut ${cut}`,
    (gpu) => {
      const { boxes, ...scene } = superquadricScene(count, channels);
      const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
      const cells = cellsOf(points, GRID);
      const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
      const places = scattered
        ? { grid: GRID, points: Tensor.from(gpu, Float32Array.from(points.data), points.shape) }
        : { grid: GRID };
      return checkOp(gpu, {
        inputs: Object.values(scene),
        op: (means, rotations, scales, exponents, opacities, semantics) => {
          const y = aggregateSuperquadrics(
            { means, rotations, scales, exponents, opacities, semantics, boxes: box },
            { ...places, cut },
          );
          return [y.semantics, y.occupancy, y.density];
        },
        reference: (means, rotations, scales, exponents, opacities, semantics) =>
          reference(
            { means, rotations, scales, exponents, opacities, semantics, boxes },
            points,
            cells,
            cut,
          ).slice(0, 3),
        step: 1e-6,
      });
    },
  );
}

/** A million pairs, of which half have u or v near its end and a tenth lie next to a centre. */
gpuTest("aggregateSuperquadrics gives no number that is not finite", async (gpu) => {
  const count = 1000;
  const points = 1000;
  const random = noise(21, count * 12, 0, 1);
  const pick = (g: number, i: number) => random[12 * g + i]!;
  const scene = superquadricScene(count, 4);
  // One voxel: every superquadric meets every point.
  const grid = { size: [1, 1, 1] as const, origin: [-8, -8, -8] as const, cell: 16 };
  const places = noise(22, points * 3, -8, 8);
  for (let g = 0; g < count; g++) {
    const near = g % 10 === 0;
    for (let axis = 0; axis < 3; axis++) {
      scene.means.data[3 * g + axis] = near
        ? Math.fround(places[3 * g + axis]!) + (g % 20 ? 1e-6 : 0)
        : 16 * pick(g, axis) - 8;
      scene.scales.data[3 * g + axis] = g % 7 ? 0.01 + 3 * pick(g, 3 + axis) : 1e-30;
    }
    for (let i = 0; i < 2; i++) {
      const value = pick(g, 6 + i);
      scene.exponents.data[2 * g + i] = pick(g, 8 + i) < 0.5
        ? 0.1 + 0.1 * value
        : 0.1 + 1.9 * value;
    }
  }
  const { boxes: _, ...arrays } = scene;
  const tensors = Object.fromEntries(
    Object.entries(arrays).map(([key, { data, shape }]) => [
      key,
      variable(Tensor.from(gpu, Float32Array.from(data), shape)),
    ]),
  ) as Record<keyof typeof arrays, Tensor>;
  const y = aggregateSuperquadrics(
    { ...tensors, boxes: Tensor.zeros(gpu, [count, 6], "i32") },
    { grid, points: Tensor.from(gpu, Float32Array.from(places), [points, 3]), classes: 3 },
  );
  const outputs = [y.semantics, y.occupancy, y.density];
  for (const output of outputs) output.retain();
  backwardAll(
    outputs,
    outputs.map((output, i) =>
      Tensor.from(gpu, Float32Array.from(noise(31 + i, output.size)), output.shape)
    ),
  );
  const gradients = Object.values(tensors).map((tensor) => tensor.gradient!);
  let met = 0;
  for (const values of [...outputs, ...gradients]) {
    const numbers = await values.read("f32");
    assertEquals(numbers.findIndex((value) => !Number.isFinite(value)), -1);
  }
  for (const value of await y.density.read("f32")) met += value;
  assert(met > 1000, `the scene reaches too little: ${met}`);
});

gpuTest(
  "aggregateSuperquadrics at u = v = 1 is the Gaussian, and even where nothing reaches",
  async (gpu) => {
    const scene = superquadricScene(1, 18);
    scene.exponents.data.fill(1);
    const tensors = (arrays: Superquadrics) =>
      Object.fromEntries(
        Object.entries(arrays).map(([key, { data, shape }]) => [
          key,
          key === "boxes"
            ? Tensor.from(gpu, Int32Array.from(data), shape)
            : Tensor.from(gpu, Float32Array.from(data), shape),
        ]),
      ) as Record<keyof Superquadrics, Tensor>;
    const [x, y, z] = scene.means.data as unknown as [number, number, number];
    const row = [...scene.rotations.data.subarray(0, 3)];
    const s = scene.scales.data[0]!;
    // One standard deviation along the first axis of its own.
    const point = [x + s * row[0]!, y + s * row[1]!, z + s * row[2]!];
    scene.boxes.data.set([0, 0, 0, 0, 0, 0]);
    const grid = { size: [1, 1, 1] as const, origin: [-10, -10, -10] as const, cell: 20 };
    const at = (values: number[]) => Tensor.from(gpu, Float32Array.from(values), [1, 3]);
    const met = aggregateSuperquadrics(tensors(scene), { grid, points: at(point) });
    assert(Math.abs((await met.density.read("f32"))[0]! - Math.exp(-0.5)) < 1e-6);
    const missed = aggregateSuperquadrics(tensors(scene), {
      grid,
      points: at([30, 0, 0]),
      classes: 17,
    });
    assertEquals([...await missed.semantics.read("f32")], [
      ...Array(17).fill(Math.fround(1 / 17)),
      0,
    ]);
  },
);

gpuTest("aggregateSuperquadrics says what it takes", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  const run = (channels: number, cut: number) =>
    aggregateSuperquadrics({
      means: zeros(2, 3),
      rotations: zeros(2, 9),
      scales: zeros(2, 3),
      exponents: zeros(2, 2),
      opacities: zeros(2),
      semantics: zeros(2, channels),
      boxes: Tensor.zeros(gpu, [2, 6], "i32"),
    }, { grid: GRID, cut });
  assertThrows(() => run(22, 30), RangeError, "22 channels, 1 to 21 are possible");
  assertThrows(() => run(2, 200), RangeError, "the cut is 200, it must be in 0 to 174");
});
