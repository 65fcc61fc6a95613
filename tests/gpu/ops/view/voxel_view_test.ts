import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ViewCamera, voxelView } from "../../../../gpu/ops/view/voxel_view.ts";
import type { Stage } from "../../../../gpu/ops/view/stage.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { voxelView as reference } from "../../../reference/view/voxel_view.ts";
import { gpuTest, noise } from "../../../support.ts";

const PALETTE = [[1, 0.5, 0.2], [0, 0.6, 1], [0.3, 1, 0.1]] as const;
const GRID = { dims: [7, 5, 4], origin: [-3, -2, -1], cell: 0.8 } as const;
const EMPTY = 3;

/** A camera at a place that looks at the middle of the grid. */
function looking(position: readonly [number, number, number]): ViewCamera {
  const middle = GRID.origin.map((low, k) => low + GRID.cell * GRID.dims[k]! / 2);
  const unit = (v: number[]) => v.map((part) => part / Math.hypot(...v));
  const cross = (a: number[], b: number[]) =>
    [0, 1, 2].map((k) => a[(k + 1) % 3]! * b[(k + 2) % 3]! - a[(k + 2) % 3]! * b[(k + 1) % 3]!);
  const forward = unit(middle.map((part, k) => part - position[k]!));
  const right = unit(cross(forward, [0.01, 0.02, 1]));
  const triple = (v: number[]) => v as [number, number, number];
  return {
    width: 61,
    height: 43,
    tangents: [0.5, 0.35],
    position,
    right: triple(right),
    down: triple(cross(forward, right)),
    forward: triple(forward),
  };
}

function randomLabels(share: number): Uint32Array {
  const size = GRID.dims.reduce<number>((a, b) => a * b, 1);
  const draws = noise(5, size, 0, 1);
  return Uint32Array.from(draws, (draw, i) => draw < share ? i % EMPTY : EMPTY + i % 2);
}

async function draw(
  gpu: Gpu,
  labels: Uint32Array,
  camera: ViewCamera,
  samples: number,
  stage?: Stage,
) {
  const palette = Tensor.from(gpu, Float32Array.from(PALETTE.flat()), [PALETTE.length, 3]);
  const picture = voxelView(Tensor.from(gpu, labels), palette, {
    grid: GRID,
    camera,
    samples,
    stage,
  });
  const words = await picture.read("u32");
  return Uint8Array.from([...words].flatMap((word) => [word, word >> 8, word >> 16]));
}

for (
  const [name, position] of [
    ["from behind and above", [0.3, -9, 6]],
    ["from below", [4, 3, -9]],
    ["from straight above", [-0.2, 0.011, 12]],
    ["from the left", [-11, 0.1, 0.7]],
  ] as const
) {
  gpuTest(`voxels ${name} look as when every cube is tried`, async (gpu) => {
    for (const share of [0.25, 0]) {
      const labels = randomLabels(share);
      const camera = looking(position);
      const actual = await draw(gpu, labels, camera, 1);
      const expected = reference(labels, PALETTE, GRID, camera);
      // A ray that meets an edge in f32 may pass it in f64.
      const wrong = expected.filter((byte, i) => Math.abs(byte - actual[i]!) > 1).length;
      assert(wrong <= 0.004 * expected.length, `${wrong} of ${expected.length} bytes differ`);
      const drawn = expected.filter((byte) => byte !== 255).length;
      assertEquals(drawn > 0.1 * expected.length, share > 0);
    }
  });
}

gpuTest(
  "the car and lines on the ground stand among voxels as rays in doubles say",
  async (gpu) => {
    const stage = { ground: -0.9, bounds: [-6, -5, 7, 11], spacing: 2.5 } as const;
    for (const position of [[7, -9, 6], [-0.2, 0.011, 22]] as const) {
      for (const share of [0.1, 0]) {
        const labels = randomLabels(share);
        const camera = looking(position);
        const actual = await draw(gpu, labels, camera, 1, stage);
        const expected = reference(labels, PALETTE, GRID, camera, stage);
        const wrong = expected.filter((byte, i) => Math.abs(byte - actual[i]!) > 1).length;
        assert(wrong <= 0.006 * expected.length, `${wrong} of ${expected.length} bytes differ`);
        // Car, arrow and lines are all there.
        const seen = new Set(expected);
        for (const byte of [31, 237, 187]) {
          assert(
            share > 0 || seen.has(byte),
            `${byte} is missing`,
          );
        }
      }
    }
  },
);

gpuTest(
  "several rays of a pixel smooth edges, and a camera inside a voxel sees it",
  async (gpu) => {
    const labels = randomLabels(0.25);
    const camera = looking([0.3, -9, 6]);
    const rough = await draw(gpu, labels, camera, 1);
    const smooth = await draw(gpu, labels, camera, 3);
    const kinds = (bytes: Uint8Array) => new Set(bytes).size;
    assert(kinds(smooth) > 2 * kinds(rough));
    const full = new Uint32Array(labels.length).fill(1);
    const inside = await draw(gpu, full, { ...camera, position: [-2.5, -1.5, -0.5] }, 1);
    assert(inside.every((byte, i) => i % 3 > 0 || byte === 0)); // class 1 has no red
  },
);

gpuTest("voxelView refuses labels that do not fill the grid", (gpu) => {
  const palette = Tensor.zeros(gpu, [2, 3]);
  const camera = looking([0, -9, 6]);
  assertThrows(
    () => voxelView(Tensor.zeros(gpu, [9], "u32"), palette, { grid: GRID, camera }),
    RangeError,
    "7 x 5 x 4",
  );
});
