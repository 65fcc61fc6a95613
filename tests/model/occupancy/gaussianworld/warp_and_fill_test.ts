// reference: poses and places whose outcome is plain, beside the golden files of the original
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { motionBetween } from "../../../../model/occupancy/gaussianworld/motion.ts";
import {
  warpAndFill,
  type WarpOptions,
} from "../../../../model/occupancy/gaussianworld/warp_and_fill.ts";
import { gpuTest } from "../../../support.ts";

const RANGE = [-10, -10, -2, 10, 10, 2] as const;
const WIDTH = 10;

/** A pose at (x, y) of the map, turned by an angle about z. */
function pose(x: number, y: number, angle = 0): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c, -s, 0, x, s, c, 0, y, 0, 0, 1, 0, 0, 0, 0, 1];
}

/** Anchors at places in metres, with a turn about z and the row's number in the last column. */
function anchorsAt(gpu: Gpu, places: readonly (readonly [number, number, number])[]): Tensor {
  const data = new Float32Array(places.length * WIDTH);
  places.forEach((place, row) => {
    place.forEach((metres, axis) => {
      const low = RANGE[axis]!;
      const fraction = (metres - low) / (RANGE[axis + 3]! - low);
      data[row * WIDTH + axis] = Math.log(fraction / (1 - fraction));
    });
    data.set([1, 0, 0, 0], row * WIDTH + 6);
    data[row * WIDTH + 3] = row;
  });
  return Tensor.from(gpu, data, [places.length, WIDTH]);
}

async function run(gpu: Gpu, options: Partial<WarpOptions> & Pick<WarpOptions, "motion">) {
  const anchors = anchorsAt(gpu, [[0, 0, 0], [9, 0, 0], [-9, 0, 1], [0, 9, 0]]);
  const warped = warpAndFill(
    { anchors, features: Tensor.from(gpu, Float32Array.of(1, 2, 3, 4), [4, 1]) },
    {
      range: RANGE,
      // The last two lie ahead of the car by more than it could see before.
      prior: anchorsAt(gpu, [[0, 0, 0], [8, 1, 0], [9.5, 2, 0]]),
      uniforms: Tensor.from(gpu, Float32Array.of(0.9, 0, 0.5, 0.5), [4]),
      ...options,
    },
  );
  const width = WIDTH;
  const data = await warped.anchors.read("f32");
  return {
    kept: (await warped.kept.read("u32"))[0],
    rows: [0, 1, 2, 3].map((row) => data[row * width + 3]),
    features: [...await warped.features.read("f32")],
    turns: [0, 1, 2, 3].map((row) => [...data.subarray(row * width + 6, row * width + 10)]),
  };
}

gpuTest(
  "a car that drives ahead loses what lies behind and draws from what comes into view",
  async (gpu) => {
    const motion = motionBetween(pose(600, 1800), pose(602.5, 1800));
    const { kept, rows, features } = await run(gpu, { motion });
    // (-9, 0) is left behind; candidates are the prior's rows 1 and 2, and 0.9 takes the second.
    assertEquals(kept, 3);
    assertEquals(rows, [0, 1, 3, 2]);
    assertEquals(features, [1, 2, 4, 0]);
  },
);

gpuTest(
  "a car at a standstill draws from the first 29 rows, or from all where asked for",
  async (gpu) => {
    const lifted = [...pose(0, 0)];
    lifted[11] = 1.5;
    const motion = motionBetween(lifted, pose(0, 0));
    // Places rise by 1.5 m: the one at 1 m leaves through the top, and nothing came into view.
    for (const fallback of ["original", "whole"] as const) {
      const { kept, rows } = await run(gpu, { motion, fallback });
      assertEquals(kept, 3);
      assertEquals(rows, [0, 1, 3, 2]);
    }
  },
);

gpuTest("Gaussians turn with the car where asked for", async (gpu) => {
  const motion = motionBetween(pose(0, 0), pose(0, 0, 0.2));
  const plain = await run(gpu, { motion });
  assertEquals(plain.turns[0], [1, 0, 0, 0]);
  const turned = await run(gpu, { motion, turn: true });
  // The car turns left by 0.2, so all it sees turns right, and rows of R(q) are local axes.
  const [w, x, y, z] = turned.turns[0]!;
  assert(Math.abs(w! - Math.cos(0.1)) < 1e-6 && x === 0 && y === 0);
  assert(Math.abs(z! - Math.sin(0.1)) < 1e-6, `${z}`);
});

Deno.test("a pose that is no motion is refused", () => {
  assertThrows(
    () => motionBetween(pose(0, 0), Array(16).fill(0)),
    RangeError,
    "cannot be inverted",
  );
});
