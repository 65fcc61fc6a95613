import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readNpz } from "../../../../data/formats/numpy/npz.ts";
import { allocateSplats, type Splats } from "../../../../data/splats/splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { gridOf, rangeOf, type VoxelRange } from "../../../../model/splat/voxels/voxel_range.ts";
import { voxelizeFile, voxelizeSplats } from "../../../../model/splat/voxels/voxelize.ts";
import { voxelize as reference } from "../../../reference/gaussian/voxelize.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";

function made(count: number, scales: readonly [number, number] = [-3, -0.5]): Splats {
  const splats = allocateSplats(count, 0);
  splats.positions.set(noise(1, 3 * count, -2, 2));
  splats.logScales.set(noise(2, 3 * count, ...scales));
  splats.quaternions.set(noise(3, 4 * count, -1, 1));
  splats.opacities.set(noise(4, count, -3, 4));
  splats.shDc.set(noise(5, 3 * count, -2, 2));
  return splats;
}

gpuTest("voxels of Gaussians are as sums in doubles say, across blocks too", async (gpu) => {
  const splats = made(60);
  for (
    const [range, voxelSize, minScale] of [
      [[-1.5, -2, -1, 2.1, 1.3, 1.7], 0.3, 0.5],
      [[-2, -2, -2, 2, 2, 2], 0.25, 0],
      [[-2.1, -0.2, -2.05, 2.1, 0.1, 2], 0.06, 0.5], // 70 x 5 x 68 voxels: six blocks
    ] as const
  ) {
    const { occupancy, colours, ...grid } = await voxelizeSplats(gpu, splats, {
      range,
      voxelSize,
      minScale,
      colours: true,
    });
    const expected = reference(splats, grid, minScale);
    assertClose(occupancy, expected.occupancy, { atol: 2e-5 });
    // Where next to nothing is, the colour hangs by rounding.
    const off = expected.occupancy.reduce((worst, filled, n) =>
      filled < 1e-3 ? worst : Math.max(
        worst,
        ...[0, 1, 2].map((k) =>
          Math.abs(colours![3 * n + k]! - 255 * expected.colours[3 * n + k]!)
        ),
      ), 0);
    assert(off < 0.6, `a colour is off by ${off}`);
  }
});

gpuTest("a file becomes an npz with what it takes to place the voxels", async (gpu) => {
  const folder = await Deno.makeTempDir();
  try {
    const splats = made(40);
    splats.positions[3] = NaN;
    const [input, output] = [join(folder, "a.ply"), join(folder, "a.npz")];
    await writeSplats(input, splats);
    const blocks: number[] = [];
    const options = { input, output, threshold: 0.25, voxelSize: 0.5, colours: true };
    const report = await voxelizeFile(gpu, { ...options, onBlock: (done) => blocks.push(done) });
    assertEquals([report.gaussians, report.dropped, blocks], [39, 1, [0, 1]]);
    const npz = readNpz(output);
    const [occupancy, occupied] = [npz.get("occupancy"), npz.get("occupied")];
    assertEquals([occupancy.dtype, occupied.dtype], ["float32", "uint8"]);
    assertEquals([occupancy.shape, npz.get("colors").shape], [[...report.dims], [
      ...report.dims,
      3,
    ]]);
    assertEquals(
      [...occupied.data],
      [...occupancy.data].map((value) => Number(Number(value) >= 0.25)),
    );
    assertEquals(report.occupied, [...occupied.data].filter(Boolean).length);
    assert(report.occupied > 0 && report.occupied < occupied.data.length);
    assertEquals([...npz.get("voxel_size").data], [0.5]);
    assertClose(npz.get("origin").data as Float32Array, [...report.origin], { rtol: 1e-6 });
    assertEquals(npz.get("range").shape, [6]);

    splats.quaternions.fill(0);
    await writeSplats(input, splats);
    await assertRejects(() => voxelizeFile(gpu, options), RangeError, "none of its 40 Gaussians");
    await writeSplats(input, allocateSplats(0, 0));
    await assertRejects(() => voxelizeFile(gpu, options), RangeError, "none of its 0 Gaussians");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

gpuTest("Gaussians of absurd sizes and outside leave finite probabilities", async (gpu) => {
  const splats = made(6, [-200, 200]);
  splats.positions[0] = 1e30;
  splats.opacities[1] = 1e9;
  const { occupancy } = await voxelizeSplats(gpu, splats, {
    range: [-2, -2, -2, 2, 2, 2],
    voxelSize: 0.5,
  });
  assert(occupancy.every((value) => value >= 0 && value <= 1));
});

Deno.test("the range holds all but the outermost, the grid all of the range", () => {
  const one = allocateSplats(1, 0);
  one.positions.set([1, 2, 3]);
  one.quaternions[0] = 1;
  one.logScales.set([0, Math.log(2), 0]);
  assertClose([...rangeOf(one)], [-2, -4, 0, 4, 8, 6], { atol: 1e-6 });
  const far = made(1000, [-4, -4]);
  far.positions[0] = 1e6;
  assert(rangeOf(far)[3] < 3);
  const grid = gridOf([0, 0, 0, 1, 2, 0.3], 0.1);
  assertEquals(grid.dims, [10, 20, 3]);
  assertEquals(gridOf([0, 0, 0, 64, 128, 1]).dims, [64, 128, 1]);
});

Deno.test("absurd grids are refused with the sum", () => {
  const range: VoxelRange = [0, 0, 0, 100, 100, 100];
  assertThrows(() => gridOf(range, 0.1), RangeError, "1000 x 1000 x 1000 = 1000000000 voxels");
  assertThrows(() => gridOf(range, 1e-30), RangeError, "at most 134217728");
  assertThrows(() => gridOf(range, 0), RangeError, "must be positive");
  assertThrows(() => gridOf([0, 0, 0, 1, 0, 1]), RangeError, "first corner below the second");
  assertThrows(() => gridOf([0, 0, 0, 1, NaN, 1]), RangeError, "the range is 0 0 0 1 NaN 1");
});
