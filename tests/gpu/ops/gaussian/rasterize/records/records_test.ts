// reference: rasterize of all Gaussians at once, which tests/reference/gaussian/rasterize.ts holds
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../../../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../../../../gpu/ops/array/move/slice.ts";
import {
  rasterize,
  type RasterOptions,
} from "../../../../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { rasterizeRecords } from "../../../../../../gpu/ops/gaussian/rasterize/records/rasterize_records.ts";
import {
  type ScreenRecords,
  showGaussians,
  shownBackward,
} from "../../../../../../gpu/ops/gaussian/rasterize/records/screen_records.ts";
import type { RasterInputs } from "../../../../../../gpu/ops/gaussian/rasterize/inputs.ts";
import { backwardAll, noGradient, variable } from "../../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../../../../support.ts";
import { cameraAt, randomGaussians, upload } from "../raster_scene.ts";

const N = 90;
const CASES: [string, RasterOptions, boolean, number[]][] = [
  ["two parts", {}, false, [0, 41, N]],
  // The first one's only Gaussian is behind the camera.
  ["three parts, one of them not seen", { background: [0.2, 0.5, 1] }, true, [0, 1, 60, N]],
  ["reference's gradients, antialiasing", { gradients: "reference", antialiasing: true }, true, [
    0,
    17,
    N,
  ]],
];

for (const [name, options, magnitudes, cuts] of CASES) {
  gpuTest(
    `Gaussians in parts, each shown by itself, give the bits of all at once: ${name}`,
    async (gpu) => {
      const scene = randomGaussians(5, N, { degree: 2, size: 0.6 });
      scene.means.data[2] = -3;
      // Pairs at one place, as clones are: the order of equal depths must be that of all.
      for (let i = 2; i < N - 30; i += 7) {
        const at = i + 29;
        scene.means.data.copyWithin(3 * at, 3 * i, 3 * i + 3);
      }
      const camera = cameraAt(50, 34);
      const all = upload(gpu, scene);
      const dimage = Tensor.from(gpu, Float32Array.from(noise(1, 3 * 50 * 34)), [3, 34, 50]);
      const ddepth = Tensor.from(gpu, Float32Array.from(noise(2, 50 * 34)), [1, 34, 50]);

      const screen = variable(Tensor.empty(gpu, [N, 2]));
      const leaves = leavesOf(all).map(variable);
      const whole = rasterize(
        { ...all, [magnitudes ? "screenMagnitude" : "screen"]: screen },
        camera,
        { ...options, capacity: 4000 },
      );
      const [picture, depth] = [
        await whole.image.read("f32"),
        await whole.inverseDepth.read("f32"),
      ];
      const frame = await whole.frame.read("u32");
      const radii = await whole.radii.read("i32");
      backwardAll([whole.image, whole.inverseDepth], [dimage, ddepth]);
      const expected = await Promise.all(
        [screen, ...leaves].map((leaf) => leaf.gradient!.read("f32")),
      );

      const parts = cuts.slice(1).map((end, i) => rowsOf(all, cuts[i]!, end));
      const shown = await Promise.all(parts.map((part) => showGaussians(part, camera, options)));
      const records = await joined(shown.map(({ records }) => records));
      const onScreen = variable(Tensor.empty(gpu, [records.radii.size, 12]));
      const drawn = rasterizeRecords(records, camera, {
        ...options,
        capacity: 4000,
        onScreen,
        magnitudes,
      });
      assertEquals(await drawn.image.read("f32"), picture);
      assertEquals(await drawn.inverseDepth.read("f32"), depth);
      assertEquals(await drawn.frame.read("u32"), frame);
      const seen = await Promise.all(shown.map(({ radii }) => radii.read("i32")));
      assertEquals(Int32Array.from(seen.flatMap((some) => [...some])), radii);
      backwardAll([drawn.image, drawn.inverseDepth], [dimage, ddepth]);

      let at = 0;
      const gradients = noGradient(gpu, () =>
        parts.map((part, i) => {
          const { records, rows } = shown[i]!;
          const sums = slice(onScreen.gradient!, 0, at, at += rows.size);
          return shownBackward(part, camera, { records, rows, sums }, options);
        }));
      const keys = ["dmeans", "dopacities", "dscales", "drotations", "ddc", "drest"] as const;
      const got = [magnitudes ? "dmagnitude" as const : "dscreen" as const, ...keys].map((key) =>
        gradients.map((part) => part[key]!)
      );
      for (const [i, pieces] of got.entries()) {
        const read = await Promise.all(pieces.map((piece) => piece.read("f32")));
        assertEquals(
          Float32Array.from(read.flatMap((some) => [...some])),
          expected[i],
          `leaf ${i}`,
        );
      }
      assert(expected.every((values) => values.some((value) => value !== 0)));
    },
  );
}

function leavesOf(inputs: RasterInputs): Tensor[] {
  const { means, opacities, scales, rotations, harmonics } = inputs;
  return [means, opacities, scales!, rotations!, harmonics!.dc, harmonics!.rest!];
}

function rowsOf(inputs: RasterInputs, from: number, to: number): RasterInputs {
  const cut = (tensor: Tensor) => {
    const copy = Tensor.empty(tensor.gpu, [to - from, ...tensor.shape.slice(1)]);
    tensor.gpu.commands.copy(tensor.window(from, to), copy);
    return copy;
  };
  const [means, opacities, scales, rotations, base, rest] = leavesOf(inputs).map(cut);
  return {
    means: means!,
    opacities: opacities!,
    scales: scales!,
    rotations: rotations!,
    harmonics: { dc: base!, rest: rest!, degree: inputs.harmonics!.degree },
  };
}

async function joined(parts: readonly ScreenRecords[]): Promise<ScreenRecords> {
  const { gpu } = parts[0]!.places;
  const whole = async (key: "radii" | "touched") => {
    const read = await Promise.all(parts.map((part) => part[key].read()));
    const all = read.flatMap((some) => [...some]);
    return key === "radii"
      ? Tensor.from(gpu, Int32Array.from(all))
      : Tensor.from(gpu, Uint32Array.from(all));
  };
  return {
    places: concat(parts.map(({ places }) => places)),
    shapes: concat(parts.map(({ shapes }) => shapes)),
    colours: concat(parts.map(({ colours }) => colours)),
    radii: await whole("radii"),
    touched: await whole("touched"),
  };
}
