import { Kernel } from "../../../../gpu/kernel.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { multiply } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { sum } from "../../../../gpu/ops/array/reduce/sum.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { record } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import cameraSource from "./camera_regulariser.wgsl" with { type: "text" };
import frameSource from "./frame_regulariser.wgsl" with { type: "text" };
import { homography } from "./homography.ts";
import type { PpispTables } from "./ppisp.ts";

const ofFrames = new Kernel("model/splat/appearance/ppisp/frame_regulariser.wgsl", frameSource, {
  include: [homography],
});
const ofCameras = new Kernel(
  "model/splat/appearance/ppisp/camera_regulariser.wgsl",
  cameraSource,
);

/** How much each term counts, in the order of `PpispRegulariser.terms`. */
export const PPISP_WEIGHTS = {
  exposureMean: 1,
  colourMean: 1,
  vignettingCentre: 0.02,
  vignettingPositive: 0.01,
  vignettingChannels: 0.1,
  responseChannels: 0.1,
} as const;

/** What keeps the tables of PPISP from taking over what the scene should explain. */
export interface PpispRegulariser {
  /** Weighted sum, f32 without axes; on the tape. */
  readonly loss: Tensor;
  /** The terms [6] before their weights, in the order of `PPISP_WEIGHTS`. */
  readonly terms: Tensor;
}

/**
 * The regularisers of PPISP: smooth L1 of the mean exposure (beta 0.1) and of the mean real colour
 * offsets (0.005), squared centres and positive coefficients of the vignettings, and the variances of
 * vignettings and raw responses over the three channels.
 */
export function ppispRegulariser(tables: PpispTables): PpispRegulariser {
  const { exposure, vignetting, colour, response } = tables;
  const { frames, cameras } = checkShapes("ppispRegulariser", {
    exposure: [exposure, "frames"],
    vignetting: [vignetting, "cameras", 3, 5],
    colour: [colour, "frames", 8],
    response: [response, "cameras", 3, 4],
  });
  const { gpu } = exposure;
  const frameTerms = (() => {
    const terms = Tensor.empty(gpu, [2]);
    const run = (dterms: Tensor | null, [dexposure, dcolour]: readonly Tensor[]) =>
      ofFrames.dispatch(
        gpu,
        {
          exposure,
          colour,
          terms: dterms ? Tensor.empty(gpu, [2]) : terms,
          dterms: dterms ?? exposure,
          dexposure: dexposure!,
          dcolour: dcolour!,
        },
        { frames },
        { groups: 1 },
        { BACKWARD: Number(dterms !== null) },
      );
    return both(terms, [exposure, colour], run);
  })();
  const cameraTerms = (() => {
    const terms = Tensor.empty(gpu, [4]);
    const run = (dterms: Tensor | null, [dvignetting, dresponse]: readonly Tensor[]) =>
      ofCameras.dispatch(
        gpu,
        {
          vignetting,
          response,
          terms: dterms ? Tensor.empty(gpu, [4]) : terms,
          dterms: dterms ?? vignetting,
          dvignetting: dvignetting!,
          dresponse: dresponse!,
        },
        { cameras },
        { groups: 1 },
        { BACKWARD: Number(dterms !== null) },
      );
    return both(terms, [vignetting, response], run);
  })();
  const terms = concat([frameTerms, cameraTerms], 0);
  const weights = Tensor.from(gpu, Float32Array.from(Object.values(PPISP_WEIGHTS)), [6]);
  return { loss: sum(multiply(terms, weights)), terms };
}

/** Runs a kernel forward and records its way back: each writes what the other leaves alone. */
function both(
  terms: Tensor,
  tables: readonly Tensor[],
  run: (dterms: Tensor | null, gradients: readonly Tensor[]) => void,
): Tensor {
  const unused = tables.map(({ gpu }) => Tensor.empty(gpu, [1]));
  run(null, unused);
  return record("ppispRegulariser", tables, terms, (dterms, needs) => {
    const gradients = tables.map(({ gpu, shape }) => Tensor.empty(gpu, shape));
    run(dterms, gradients);
    return gradients.map((gradient, i) => needs[i] ? gradient : null);
  });
}
