import { assertEquals, assertThrows } from "@std/assert";
import { rayPoints, type Rays } from "../../../../../gpu/ops/camera/rays/ray_points.ts";
import { rayTargets } from "../../../../../gpu/ops/camera/rays/ray_targets.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { rayPoint } from "../../../../reference/camera/depth_rays.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

const MAP = [3, 5] as const;
const SIZE = [80, 48] as const;
const DEPTHS = [1, 4, 7.5, 12, 20];
const RANGE = [-20, -20, -4, 20, 20, 4];

// A camera that looks along x and one that looks along -y, both a little turned and off the origin.
const CAMERAS = [
  [40, -60, 3, 5, 24, 2, -62, 30, 1, 0.05, 0.02, -0.4],
  [-60, -40, 2, 9, 3, -24, -60, 31, 0.04, -1, 0.03, -0.7],
].map((rows) => [...rows, 0, 0, 0, 1]);

function raysOf(gpu: Gpu): Rays {
  return {
    projection: Tensor.from(gpu, CAMERAS.flat(), [2, 4, 4]),
    imageSize: Tensor.from(gpu, [...SIZE, ...SIZE], [2, 2]),
    map: MAP,
    depths: Tensor.from(gpu, DEPTHS),
  };
}

function pointOf(ray: number, bin: number): [number, number, number] {
  const projection = CAMERAS[Math.floor(ray / 15)]!.map(Math.fround);
  const [row, column] = [Math.floor(ray / 5) % 3, ray % 5];
  const pixel = [(column + 0.5) / 5 * SIZE[0], (row + 0.5) / 3 * SIZE[1]] as const;
  return rayPoint(projection, pixel, DEPTHS[Math.min(bin, DEPTHS.length - 1)]!);
}

gpuTest("rayPoints: points of drawn bins, and which of them count", async (gpu) => {
  const index = Uint32Array.from(noise(3, 60, 0, 5.99));
  const enabled = Uint32Array.from(noise(4, 30, 0, 1.9));
  const { points, inside } = rayPoints(
    { index: Tensor.from(gpu, index, [30, 2]), enabled: Tensor.from(gpu, enabled) },
    raysOf(gpu),
    RANGE,
  );
  const expected = Array.from(index, (bin, i) => pointOf(Math.floor(i / 2), bin));
  assertClose(await points.read(), expected.flat(), { atol: 1e-5, rtol: 1e-6 });
  assertEquals(
    [...await inside.read()],
    expected.map((point, i) =>
      Number(
        enabled[Math.floor(i / 2)] === 1 &&
          point.every((value, axis) => value >= RANGE[axis]! && value < RANGE[axis + 3]!),
      )
    ),
  );
});

gpuTest("rayTargets: bins in occupied voxels, or the last one", async (gpu) => {
  const size = [10, 10, 2] as const;
  const labels = Uint32Array.from(noise(9, 200, 0, 3), (value) => [0, 9, 4][Math.floor(value)]!);
  const targets = rayTargets(Tensor.from(gpu, labels), raysOf(gpu), {
    size,
    origin: [-20, -20, -4],
    cell: 4,
    solid: [1, 4],
  });
  assertEquals(targets.shape, [2, 3, 5, 6]);
  const expected = Array.from({ length: 30 }, (_, ray) => {
    const hits = DEPTHS.map((_, bin) => {
      const cell = pointOf(ray, bin).map((value, axis) => (value - RANGE[axis]!) / 4);
      if (!cell.every((value, axis) => value >= 0 && value < size[axis]!)) return 0;
      const [x = 0, y = 0, z = 0] = cell.map(Math.floor);
      return Number(labels[(x * 10 + y) * 2 + z] === 4);
    });
    return [...hits, Number(!hits.includes(1))];
  });
  assertEquals([...await targets.read()], expected.flat());
});

gpuTest("rayPoints names maps that do not fit", (gpu) => {
  const drawn = { index: Tensor.zeros(gpu, [7, 1], "u32"), enabled: Tensor.zeros(gpu, [7], "u32") };
  assertThrows(
    () => rayPoints(drawn, raysOf(gpu), RANGE),
    RangeError,
    "Cannot run rayPoints: 7 rays, 2 cameras with maps of 3x5 pixels have 30",
  );
});
