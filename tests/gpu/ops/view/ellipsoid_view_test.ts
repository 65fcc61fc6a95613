import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Ellipsoids, ellipsoidView } from "../../../../gpu/ops/view/ellipsoid_view.ts";
import type { ViewCamera } from "../../../../gpu/ops/view/voxel_view.ts";
import { ellipsoidView as reference } from "../../../reference/view/ellipsoid_view.ts";
import { gpuTest, noise } from "../../../support.ts";

const CAMERA: ViewCamera = {
  width: 50,
  height: 37,
  tangents: [0.6, 0.444],
  position: [3, -20, 4],
  right: [1, 0, 0],
  down: [0, 0, -1],
  forward: [0, 1, 0],
};

function made(count: number, alpha: readonly [number, number] = [0.2, 1]): Ellipsoids {
  const draw = (seed: number, size: number, low: number, high: number) =>
    Float32Array.from(noise(seed, size, low, high));
  const colours = draw(4, 4 * count, 0, 1);
  draw(5, count, ...alpha).forEach((value, i) => colours[4 * i + 3] = value);
  return {
    means: draw(1, 3 * count, -9, 9),
    radii: draw(2, 3 * count, 0.05, 2.5),
    rotations: draw(3, 4 * count, -1, 1),
    colours,
  };
}

/** Share of the bytes that are more than one apart. */
async function differing(picture: ReturnType<typeof ellipsoidView>, expected: Float64Array) {
  const rgba = new Uint8Array((await picture.read("u32")).buffer);
  let wrong = 0;
  expected.forEach((value, i) => {
    const byte = rgba[4 * Math.floor(i / 3) + i % 3]!;
    if (Math.abs(byte - value) > 1) wrong++;
  });
  return wrong / expected.length;
}

gpuTest("ellipsoids look as rays through them in doubles say", async (gpu) => {
  const near = { ...CAMERA, position: [0.3, 0.2, -0.1] as const };
  for (const camera of [CAMERA, near]) {
    const ellipsoids = made(120);
    const picture = ellipsoidView(gpu, ellipsoids, { camera, samples: 1 });
    assertEquals(picture.shape, [37, 50]);
    // Rays that touch an outline may fall on either side.
    const wrong = await differing(picture, reference(ellipsoids, camera));
    assert(wrong < 0.003, `${wrong} of the bytes differ`);
  }
});

gpuTest(
  "the car and lines on the ground stand among ellipsoids as rays in doubles say",
  async (gpu) => {
    const stage = { ground: -3, bounds: [-12, -10, 12, 11], spacing: 5 } as const;
    for (const count of [40, 0]) {
      const ellipsoids = made(count);
      const picture = ellipsoidView(gpu, ellipsoids, { camera: CAMERA, samples: 1, stage });
      const expected = reference(ellipsoids, CAMERA, stage);
      const wrong = await differing(picture, expected);
      assert(wrong < 0.005, `${wrong} of the bytes differ`);
      assert(count > 0 || new Set(expected.map(Math.round)).size > 8);
    }
  },
);

gpuTest("nothing, things behind and what is not finite leave the background", async (gpu) => {
  const background = [0.2, 0.4, 0.6] as const;
  const behind = made(5);
  behind.means.forEach((_, i) => behind.means[i] = i % 3 === 1 ? -40 : 0);
  const broken = made(4);
  broken.means.fill(NaN);
  for (const ellipsoids of [made(0), behind, broken]) {
    const picture = await ellipsoidView(gpu, ellipsoids, { camera: CAMERA, background })
      .read("u32");
    assert(picture.every((value) => value === 0xff996633));
  }
  assertThrows(
    () => ellipsoidView(gpu, { ...made(3), radii: new Float32Array(3) }, { camera: CAMERA }),
    RangeError,
    "3 of radii",
  );
});
