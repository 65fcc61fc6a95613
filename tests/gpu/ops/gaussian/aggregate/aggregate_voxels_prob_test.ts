import { assertEquals, assertThrows } from "@std/assert";
import { aggregateVoxelsProb } from "../../../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import { backwardAll, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  aggregateVoxelsProb as reference,
  cellsOf,
  voxelCenters,
} from "../../../../reference/gaussian/aggregate_voxels.ts";
import { checkOp, type F64, gpuTest, narrowToo, noise, noiseArray } from "../../../../support.ts";
import { aggregationScene, GRID, scatteredPoints } from "./aggregation_scene.ts";

for (
  const [gaussians, channels, scattered] of [
    [1, 1, 0],
    [40, 17, 0],
    [67, 18, 0],
    [33, 6, 0],
    [1, 3, 1],
    [40, 21, 200],
    [67, 17, 67],
  ] as const
) {
  const where = scattered ? `at ${scattered} points` : "on the grid";
  narrowToo(`aggregateVoxelsProb of ${gaussians} with ${channels} channels ${where}`, (gpu) => {
    const { boxes, ...scene } = aggregationScene(gaussians, channels);
    const points = scattered ? scatteredPoints(scattered) : voxelCenters(GRID);
    const cells = cellsOf(points, GRID);
    const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
    const places = scattered
      ? { grid: GRID, points: Tensor.from(gpu, Float32Array.from(points.data), points.shape) }
      : { grid: GRID };
    return checkOp(gpu, {
      inputs: Object.values(scene),
      op: (means, inverseCovariance, density, opacities, semantics) => {
        const y = aggregateVoxelsProb(
          { means, inverseCovariance, density, opacities, semantics, boxes: box },
          places,
        );
        return [y.semantics, y.occupancy, y.density];
      },
      reference: (means, inverseCovariance, density, opacities, semantics) =>
        reference(
          { means, inverseCovariance, density, opacities, semantics, boxes },
          points,
          cells,
        ).slice(0, 3),
      step: 1e-6,
    });
  });
}

gpuTest("aggregateVoxelsProb is even where no Gaussian reaches", async (gpu) => {
  const channels = 13;
  const none = {
    means: Tensor.zeros(gpu, [0, 3]),
    inverseCovariance: Tensor.zeros(gpu, [0, 6]),
    density: Tensor.zeros(gpu, [0]),
    opacities: Tensor.zeros(gpu, [0]),
    semantics: Tensor.zeros(gpu, [0, channels]),
    boxes: Tensor.zeros(gpu, [0, 6], "i32"),
  };
  const grid = { size: [1, 1, 1], origin: [0, 0, 0], cell: 1 } as const;
  const all = aggregateVoxelsProb(none, { grid });
  assertEquals([...await all.semantics.read()], Array(channels).fill(Math.fround(1 / channels)));
  assertEquals([...await all.occupancy.read()], [0]);
  const some = aggregateVoxelsProb(none, { grid, classes: channels - 1 });
  const even = Math.fround(1 / (channels - 1));
  assertEquals([...await some.semantics.read()], [...Array(channels - 1).fill(even), 0]);
});

gpuTest("aggregateVoxelsProb gives the same bits every time", async (gpu) => {
  const { boxes, ...scene } = aggregationScene(67, 17);
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const points = upload(noiseArray(8, [300, 3], 0, 0.4));
  const box = Tensor.from(gpu, Int32Array.from(boxes.data), boxes.shape);
  const run = async () => {
    const [means, inverseCovariance, density, opacities, semantics] = Object.values(scene)
      .map((array) => variable(upload(array)));
    const y = aggregateVoxelsProb({
      means: means!,
      inverseCovariance: inverseCovariance!,
      density: density!,
      opacities: opacities!,
      semantics: semantics!,
      boxes: box,
    }, { grid: GRID, points });
    const dy = Tensor.from(gpu, Float32Array.from(noise(9, 300 * 17)), [300, 17]);
    backwardAll([y.semantics], [dy]);
    return [...await means!.gradient!.read(), ...await semantics!.gradient!.read()];
  };
  const first = await run();
  assertEquals(await run(), first);
});

gpuTest("aggregateVoxelsProb says how many channels it takes", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () =>
      aggregateVoxelsProb({
        means: zeros(2, 3),
        inverseCovariance: zeros(2, 6),
        density: zeros(2),
        opacities: zeros(2),
        semantics: zeros(2, 22),
        boxes: Tensor.zeros(gpu, [2, 6], "i32"),
      }, { grid: GRID }),
    RangeError,
    "Cannot run aggregateVoxelsProb: 22 channels, 1 to 21 are possible",
  );
});
