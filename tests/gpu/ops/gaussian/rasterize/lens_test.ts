import { assert, assertEquals } from "@std/assert";
import type { RasterLens } from "../../../../../gpu/ops/gaussian/rasterize/camera.ts";
import { rasterize } from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { rasterize as reference } from "../../../../reference/gaussian/rasterize.ts";
import { assertClose, checkOp, gpuTest } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

const PICTURE = { atol: 2e-5, rtol: 0 };
const NONE = { divisor: [0, 0, 0], tangential: [0, 0], thin: [0, 0, 0, 0] } as const;
const WIDE = [-1e6, 1e6, -1e6, 1e6] as const;

/** Lenses for a picture of so many pixels. */
function lenses(width: number, height: number): Record<string, RasterLens> {
  const focal = [0.8 * width, 0.85 * width] as const;
  const centre = [0.45 * width, 0.55 * height] as const;
  const plain = { kind: "opencv", focal, centre, radial: [0, 0, 0, 0], ...NONE } as const;
  return {
    "no distortion": { ...plain, limits: [-1, 1, -1, 1], most: 1e12 },
    "k1 to k4": {
      ...plain,
      radial: [-0.12, 0.05, -0.01, 0.002],
      limits: [-1, 1, -1, 1],
      most: 1e12,
    },
    "eight coefficients, thin prism": {
      ...plain,
      radial: [-0.1, 0.03, 0.01, 0],
      divisor: [0.02, -0.01, 0.004],
      tangential: [0.002, -0.003],
      thin: [0.001, 0.002, -0.001, 0.001],
      limits: [-0.9, 1.1, -0.8, 0.7],
      most: 1e12,
    },
    "narrow limits, and an end": {
      ...plain,
      radial: [-0.2, 0, 0, 0],
      limits: [-0.1, 0.2, -0.15, 0.1],
      most: 0.5,
    },
    "fisheye": {
      ...plain,
      kind: "fisheye",
      radial: [0.02, -0.01, 0.003, -0.0007],
      limits: WIDE,
      most: 1e12,
    },
    "thin prism fisheye": {
      ...plain,
      kind: "fisheye",
      focal: [0.4 * width, 0.42 * width],
      radial: [0.03, -0.012, 0.002, -0.0004],
      tangential: [0.001, -0.0015],
      thin: [0.002, 0, 0.001, 0],
      limits: WIDE,
      most: 1e12,
    },
  };
}

gpuTest("rasterize: pictures through lenses are those of the reference", async (gpu) => {
  const [width, height] = [44, 37];
  for (const [name, lens] of Object.entries(lenses(width, height))) {
    for (const antialiasing of [false, true]) {
      const gaussians = randomGaussians(61, 120, { degree: 1, size: 0.25 });
      const camera = cameraAt(width, height, { position: [0.1, -0.2, -1], turn: 0.1, lens });
      const expected = reference(gaussians, camera, { antialiasing });
      const drawn = rasterize(upload(gpu, gaussians), camera, { antialiasing, capacity: 20000 });
      assertClose(await drawn.image.read("f32"), expected[0].data, PICTURE, name);
      assertClose(await drawn.inverseDepth.read("f32"), expected[1].data, PICTURE, name);
      assert(expected[0].data.some((value) => value > 0.1), `${name} shows nothing`);
    }
  }
});

gpuTest(
  "rasterize: pictures and gradients through lenses by points of each Gaussian",
  async (gpu) => {
    for (const name of ["eight coefficients, thin prism", "fisheye"]) {
      const lens = lenses(9, 8)[name]!;
      const { inputs, camera } = smallScene(lens);
      await checkOp(gpu, {
        inputs,
        op: (means, opacities, scales, rotations, colours) => {
          const inputs = { means, opacities, scales, rotations, colours };
          const projection = { alpha: 0.7 };
          const { image, inverseDepth } = rasterize(inputs, camera, { capacity: 1000, projection });
          return [image, inverseDepth];
        },
        reference: (means, opacities, scales, rotations, colours) =>
          reference({ means, opacities, scales, rotations, colours }, camera, { alpha: 0.7 }),
        tolerance: PICTURE,
      }).catch((cause) => {
        throw new Error(`the gradients through "${name}"`, { cause });
      });
    }
  },
);

gpuTest("rasterize: a lens without distortion is a pinhole camera", async (gpu) => {
  const [width, height] = [40, 30];
  const gaussians = upload(gpu, randomGaussians(62, 80, { degree: 0 }));
  const tangents: [number, number] = [0.6, 0.45];
  const centre: [number, number] = [0.2, -0.1];
  const lens: RasterLens = {
    kind: "opencv",
    focal: [width / 1.2, height / 0.9],
    centre: [(centre[0] + 1) / 2 * width, (centre[1] + 1) / 2 * height],
    radial: [0, 0, 0, 0],
    ...NONE,
    limits: [(-1.3 - 0.2) * 0.6, (1.3 - 0.2) * 0.6, (-1.3 + 0.1) * 0.45, (1.3 + 0.1) * 0.45],
    most: 1e12,
  };
  const [plain, through] = [undefined, lens].map((lens) =>
    rasterize(gaussians, cameraAt(width, height, { tangents, centre, ...lens && { lens } }), {
      capacity: 20000,
    })
  );
  assertClose(await through!.image.read("f32"), await plain!.image.read("f32"), PICTURE);
  assertEquals(await through!.radii.read(), await plain!.radii.read());
});

gpuTest("rasterize: gradients through lenses are those of small steps", async (gpu) => {
  for (const [name, lens] of Object.entries(lenses(9, 8))) {
    const { inputs, camera } = smallScene(lens);
    await checkOp(gpu, {
      inputs,
      op: (means, opacities, scales, rotations, colours) => {
        const inputs = { means, opacities, scales, rotations, colours };
        const { image, inverseDepth } = rasterize(inputs, camera, { capacity: 1000 });
        return [image, inverseDepth];
      },
      reference: (means, opacities, scales, rotations, colours) =>
        reference({ means, opacities, scales, rotations, colours }, camera, {}),
      tolerance: PICTURE,
    }).catch((cause) => {
      throw new Error(`the gradients through "${name}"`, { cause });
    });
  }
});

/** Four large Gaussians in front of a picture of 9 x 8 pixels. */
function smallScene(lens: RasterLens) {
  const n = 4;
  const g = randomGaussians(63, n, { degree: 0, size: 1.2, opacity: [0.3, 0.6] });
  for (let i = 0; i < n; i++) {
    g.means.data.set([0.3 * Math.sin(i), 0.25 * Math.cos(2 * i), 1.5 + 0.4 * i], 3 * i);
    for (let k = 0; k < 3; k++) g.scales.data[3 * i + k]! += 0.6;
  }
  const colours = {
    shape: [n, 3],
    data: Float64Array.from({ length: 3 * n }, (_, i) => (i % 5) / 5),
  };
  return {
    inputs: [g.means, g.opacities, g.scales, g.rotations, colours],
    camera: cameraAt(9, 8, { position: [0.1, 0.05, 0], turn: 0.08, lens }),
  };
}
