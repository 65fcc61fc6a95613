import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  rasterize,
  rasterizeMeasured,
  type RasterOptions,
} from "../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  type GaussiansF64,
  rasterize as reference,
} from "../../../../reference/gaussian/rasterize.ts";
import { assertClose, checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "./raster_scene.ts";

// Colours up to about 2 from a dozen layers: 1e-6 of rounding each. A layer counted on one side only,
// at alpha 1/255, would be off by 4e-3: the seeds have none.
const PICTURE = { atol: 2e-5, rtol: 0 };

const CASES: [string, GaussiansF64, RasterOptions, [number, number]][] = [
  ["degree 0", randomGaussians(1, 40, { degree: 0 }), {}, [40, 24]],
  ["degree 3", randomGaussians(2, 67, { degree: 3 }), { background: [0.2, 0.5, 1] }, [33, 47]],
  ["degree 1 of 3", randomGaussians(3, 67, { degree: 1, coefficients: 16 }), {}, [48, 17]],
  ["antialiasing", randomGaussians(4, 80, { degree: 2, size: 0.05 }), { antialiasing: true }, [
    64,
    48,
  ]],
  ["sub-pixel", randomGaussians(5, 90, { size: 0.01 }), { antialiasing: true }, [40, 40]],
  ["scale modifier", randomGaussians(6, 50), { scaleModifier: 0.7 }, [32, 32]],
  ["saturated", randomGaussians(7, 60, { size: 0.6, opacity: [0.99, 1] }), {}, [32, 32]],
  ["large", randomGaussians(8, 40, { size: 3 }), { background: [1, 1, 1] }, [50, 34]],
  ["off the centre", randomGaussians(13, 90, { degree: 1 }), {}, [40, 34]],
  ["one pixel", randomGaussians(9, 20, { size: 2 }), {}, [1, 1]],
  ["one Gaussian", randomGaussians(12, 1, { size: 2 }), {}, [20, 20]],
];

// Pictures cut out of larger ones: their cameras look straight ahead somewhere else than at the middle.
const CENTRES: Record<string, [number, number]> = { "off the centre": [-1.4, 0.3] };

for (const [name, gaussians, options, [width, height]] of CASES) {
  gpuTest(`rasterize: ${name}`, async (gpu) => {
    const centre = CENTRES[name] ?? [0, 0];
    const camera = cameraAt(width, height, { position: [0.1, -0.2, -1], turn: 0.1, centre });
    const expected = reference(gaussians, camera, options);
    const inputs = upload(gpu, gaussians);
    const capacity = 20000;
    for (const tiles of ["rectangle", "exact"] as const) {
      const drawn = rasterize(inputs, camera, { ...options, tiles, capacity });
      assertClose(await drawn.image.read("f32"), expected[0].data, PICTURE, `${tiles} image`);
      assertClose(
        await drawn.inverseDepth.read("f32"),
        expected[1].data,
        PICTURE,
        `${tiles} depth`,
      );
    }
  });
}

gpuTest("rasterize: exact tiles are fewer and give the same picture", async (gpu) => {
  const inputs = upload(gpu, randomGaussians(21, 400, { size: 0.5, opacity: [0, 1] }));
  const camera = cameraAt(150, 90);
  const draw = (tiles: "exact" | "rectangle") => rasterizeMeasured(inputs, camera, { tiles });
  const [exact, square] = [await draw("exact"), await draw("rectangle")];
  assertEquals(await exact.image.read(), await square.image.read());
  assertEquals(await exact.radii.read(), await square.radii.read());
  const [few, many] = [await exact.frame.read("u32"), await square.frame.read("u32")];
  assert(few[1]! < 0.8 * many[1]!, `${few[1]} pairs against ${many[1]}`);
});

/** Gaussians well inside the picture whose alphas stay away from 1/255 and 0.99 and whose depths differ. */
function smoothGaussians(n: number, degree: number): GaussiansF64 {
  const g = randomGaussians(31, n, { degree, size: 1.5, opacity: [0.3, 0.6] });
  for (let i = 0; i < n; i++) {
    g.means.data[3 * i] = 0.1 * Math.sin(i);
    g.means.data[3 * i + 1] = 0.1 * Math.cos(2 * i);
    g.means.data[3 * i + 2] = 2 + 0.5 * i;
    for (let k = 0; k < 3; k++) g.scales.data[3 * i + k]! += 1;
  }
  return g;
}

for (const antialiasing of [false, true]) {
  gpuTest(`rasterize: gradients, antialiasing ${antialiasing}`, async (gpu) => {
    const n = 5;
    const g = smoothGaussians(n, 2);
    if (antialiasing) { for (let i = 0; i < 3 * n; i++) g.scales!.data[i]! *= 0.15; }
    const camera = cameraAt(9, 8, { position: [0.2, 0.1, 0], turn: 0.05 });
    const options: RasterOptions = {
      antialiasing,
      background: [0.1, 0.7, 0.4],
      scaleModifier: 1.2,
    };
    const base = { shape: [n, 3], data: g.harmonics!.data.filter((_, at) => at % 27 < 3) };
    const rest = { shape: [n, 8, 3], data: g.harmonics!.data.filter((_, at) => at % 27 >= 3) };
    await checkOp(gpu, {
      inputs: [g.means, g.opacities, g.scales!, g.rotations!, base, rest],
      op: (means, opacities, scales, rotations, base, rest) => {
        const { image, inverseDepth } = rasterize(
          { means, opacities, scales, rotations, harmonics: { dc: base, rest, degree: 2 } },
          camera,
          { ...options, capacity: 1000 },
        );
        return [image, inverseDepth];
      },
      reference: (means, opacities, scales, rotations, base, rest) => {
        const harmonics = { shape: [n, 9, 3], data: joined(base, rest) };
        const all = { means, opacities, scales, rotations, harmonics, degree: 2 };
        return reference(all, camera, options);
      },
      tolerance: PICTURE,
      samples: 27,
    });
  });
}

gpuTest("rasterize: gradients where the original has others", async (gpu) => {
  const n = 3;
  const { means, opacities, scales, rotations } = smoothGaussians(n, 0);
  // One beside the picture, more than 1.3 times as far off as its edge, and wide enough to reach in.
  means.data.set([4.5, 0.2, 2.5], 3);
  scales!.data.set([2.5, 2, 1.8], 3);
  // One so opaque that its alpha is cut to 0.99 at all pixels: no gradient by opacity.
  scales!.data.set([30, 30, 30], 6);
  opacities.data[2] = 1;
  const colours = noiseArray(44, [n, 3], 0, 1);
  for (const centre of [[0, 0], [-0.4, 0.3]] as [number, number][]) {
    const camera = cameraAt(9, 8, { centre });
    await checkOp(gpu, {
      inputs: [means, opacities, scales!, rotations!, colours],
      op: (means, opacities, scales, rotations, colours) => {
        const inputs = { means, opacities, scales, rotations, colours };
        return rasterize(inputs, camera, { capacity: 100, scaleModifier: 0.8 }).image;
      },
      reference: (means, opacities, scales, rotations, colours) => {
        const all = { means, opacities, scales, rotations, colours };
        return reference(all, camera, { scaleModifier: 0.8 })[0];
      },
      tolerance: PICTURE,
    });
  }
});

function joined(base: F64, rest: F64): Float64Array {
  const n = base.shape[0]!;
  const width = 3 * rest.shape[1]!;
  return Float64Array.from({ length: n * (3 + width) }, (_, at) => {
    const [i, k] = [Math.floor(at / (3 + width)), at % (3 + width)];
    return k < 3 ? base.data[3 * i + k]! : rest.data[width * i + k - 3]!;
  });
}

gpuTest("rasterize: gradients of given colours and covariances", async (gpu) => {
  const n = 4;
  const { means, opacities } = smoothGaussians(n, 0);
  const colours = noiseArray(41, [n, 3], 0, 1);
  const covariances = noiseArray(42, [n, 6], -0.2, 0.2);
  for (let i = 0; i < n; i++) for (const k of [0, 3, 5]) covariances.data[6 * i + k]! += 2;
  const camera = cameraAt(8, 7);
  await checkOp(gpu, {
    inputs: [means, opacities, covariances, colours],
    op: (means, opacities, covariances, colours) => {
      const inputs = { means, opacities, covariances, colours };
      const { image, inverseDepth } = rasterize(inputs, camera, { capacity: 100 });
      return [image, inverseDepth];
    },
    reference: (means, opacities, covariances, colours) =>
      reference({ means, opacities, covariances, colours }, camera),
    tolerance: PICTURE,
  });
});

gpuTest("rasterize: raw numbers are those of the files", async (gpu) => {
  const n = 5;
  const raw = smoothGaussians(n, 0);
  const colours = noiseArray(43, [n, 3], 0, 1);
  for (let i = 0; i < 3 * n; i++) raw.scales!.data[i] = Math.fround(Math.log(raw.scales!.data[i]!));
  for (let i = 0; i < n; i++) raw.opacities.data[i]! -= 0.5;
  const camera = cameraAt(8, 9);
  await checkOp(gpu, {
    inputs: [raw.opacities, raw.scales!, raw.rotations!],
    op: (opacities, scales, rotations) => {
      const inputs = {
        means: Tensor.from(gpu, Float32Array.from(raw.means.data), raw.means.shape),
        opacities,
        scales,
        rotations,
        colours: Tensor.from(gpu, Float32Array.from(colours.data), colours.shape),
        raw: true,
      };
      return rasterize(inputs, camera, { capacity: 100 }).image;
    },
    reference: (opacities, scales, rotations) => {
      const map = (x: F64, f: (value: number, at: number) => number) => ({
        shape: x.shape,
        data: x.data.map(f),
      });
      const length = (at: number) =>
        Math.hypot(...rotations.data.slice(at - at % 4, at - at % 4 + 4));
      return reference({
        means: raw.means,
        colours,
        opacities: map(opacities, (x) => 1 / (1 + Math.exp(-x))),
        scales: map(scales, Math.exp),
        rotations: map(rotations, (x, at) => x / length(at)),
      }, camera)[0];
    },
    tolerance: PICTURE,
  });
});

gpuTest("rasterize: says what it cannot draw", async (gpu) => {
  const inputs = upload(gpu, randomGaussians(50, 3));
  const camera = cameraAt(8, 8);
  assertThrows(
    () => rasterize({ ...inputs, scales: null }, camera, { capacity: 9 }),
    TypeError,
    "either scales and rotations or covariances are needed",
  );
  assertThrows(
    () => rasterize({ ...inputs, colours: inputs.means }, camera, { capacity: 9 }),
    TypeError,
    "either colours or harmonics are needed",
  );
  assertThrows(
    () => rasterize(inputs, camera, { capacity: 0 }),
    RangeError,
    "Cannot run rasterize: room for 0 pairs of Gaussian and tile, 1 to",
  );
  const harmonics = { ...inputs.harmonics!, degree: 2 };
  await assertRejects(
    () => rasterizeMeasured({ ...inputs, harmonics }, camera),
    RangeError,
    "degree 2 with 3 further coefficients",
  );
  await assertRejects(
    () => rasterizeMeasured(inputs, { ...camera, width: 0 }),
    RangeError,
    "the picture is 0 x 8",
  );
});
