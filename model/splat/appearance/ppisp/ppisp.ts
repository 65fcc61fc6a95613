import { Kernel, type Snippet } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { record } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { homography } from "./homography.ts";
import backwardSource from "./ppisp_backward.wgsl" with { type: "text" };
import forwardSource from "./ppisp.wgsl" with { type: "text" };
import gradientsSource from "./ppisp_gradients.wgsl" with { type: "text" };
import prepareSource from "./ppisp_prepare.wgsl" with { type: "text" };
import stagesSource from "./ppisp_stages.wgsl" with { type: "text" };

const stages: Snippet = {
  path: "model/splat/appearance/ppisp/ppisp_stages.wgsl",
  source: stagesSource,
};
const prepare = new Kernel("model/splat/appearance/ppisp/ppisp_prepare.wgsl", prepareSource, {
  include: [homography],
});
const forward = new Kernel("model/splat/appearance/ppisp/ppisp.wgsl", forwardSource, {
  include: [stages],
});
const backward = new Kernel("model/splat/appearance/ppisp/ppisp_backward.wgsl", backwardSource, {
  include: [stages],
});
const gradients = new Kernel("model/splat/appearance/ppisp/ppisp_gradients.wgsl", gradientsSource, {
  include: [homography],
});

/** What PPISP knows of each picture (a frame) and of each camera. */
export interface PpispTables {
  /** [frames]: stops, colours are multiplied by 2 to their power. */
  readonly exposure: Tensor;
  /** [cameras, 3, 5]: centre x and y and three coefficients of r^2, r^4, r^6 for red, green, blue. */
  readonly vignetting: Tensor;
  /** [frames, 8]: latent offsets (red, green) of the chromaticities of blue, red, green and grey. */
  readonly colour: Tensor;
  /** [cameras, 3, 4]: raw toe, shoulder, gamma and centre of the response of red, green, blue. */
  readonly response: Tensor;
}

/** Numbers that all pixels share. */
const SHARED = 49;
/** Sums over pixels on the way back. */
const SUMS = 37;
/** Workgroups that share the pixels on the way back. */
const MOST_GROUPS = 512;

/**
 * PPISP (Deutsch et al. 2025, "physically plausible image signal processing"): what a camera makes of
 * light, as exposure, vignetting, a map of chromaticities, and a response curve for each channel, over
 * a picture [3, height, width] with no bounds. `frame` and `camera` are rows of the tables; where one
 * is null its two stages are left out, and without a camera nothing is clamped. Gradients go to the
 * picture and to those rows, summed in a fixed order.
 */
export function ppisp(
  image: Tensor,
  tables: PpispTables,
  { camera, frame }: { readonly camera: number | null; readonly frame: number | null },
): Tensor {
  const { exposure, vignetting, colour, response } = tables;
  const sizes = checkShapes("ppisp", {
    image: [image, 3, "height", "width"],
    exposure: [exposure, "frames"],
    vignetting: [vignetting, "cameras", 3, 5],
    colour: [colour, "frames", 8],
    response: [response, "cameras", 3, 4],
  });
  for (
    const [what, row, rows] of [
      ["camera", camera, sizes.cameras],
      ["frame", frame, sizes.frames],
    ] as const
  ) {
    if (row !== null && !(Number.isInteger(row) && row >= 0 && row < rows)) {
      throw new RangeError(`Cannot run ppisp: ${what} ${row} is not one of 0 to ${rows - 1}`);
    }
  }
  const { gpu } = image;
  const { width, height } = sizes;
  const pixels = width * height;
  const constants = { FRAME: Number(frame !== null), CAMERA: Number(camera !== null) };
  const rows = { camera: camera ?? 0, frame: frame ?? 0 };
  const shared_values = Tensor.empty(gpu, [SHARED]);
  prepare.dispatch(
    gpu,
    { exposure, vignetting, colour, response, shared_values },
    rows,
    { groups: 1 },
    constants,
  );
  const y = Tensor.empty(gpu, image.shape);
  forward.dispatch(
    gpu,
    { shared_values, image, y },
    { width, height },
    { threads: pixels },
    constants,
  );
  return record("ppisp", [image, exposure, vignetting, colour, response], y, (dy, needs) => {
    const groups = Math.max(1, Math.min(MOST_GROUPS, Math.ceil(pixels / 64)));
    const dimage = Tensor.empty(gpu, image.shape);
    const partials = Tensor.empty(gpu, [groups, SUMS]);
    backward.dispatch(
      gpu,
      { shared_values, image, dy, dimage, partials },
      { width, height, threads: 64 * groups },
      { groups },
      constants,
    );
    const zeros = (like: Tensor) => Tensor.zeros(gpu, like.shape);
    const results = {
      dexposure: zeros(exposure),
      dvignetting: zeros(vignetting),
      dcolour: zeros(colour),
      dresponse: zeros(response),
    };
    gradients.dispatch(
      gpu,
      { partials, colour, response, ...results },
      { ...rows, groups },
      { groups: 1 },
      constants,
    );
    return [dimage, ...Object.values(results)].map((gradient, i) => needs[i] ? gradient : null);
  });
}
