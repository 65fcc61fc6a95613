import { inRows } from "../../../../binding/rows.ts";
import { Kernel, type Snippet } from "../../../../kernel.ts";
import { Tensor } from "../../../../tensor.ts";
import { placeUniform, type RasterCamera } from "../camera.ts";
import type { RasterInputs } from "../inputs.ts";
import type { ProjectedGaussians } from "../project/project_gaussians.ts";
import basisSource from "./sh_basis.wgsl" with { type: "text" };
import forwardSource from "./shade.wgsl" with { type: "text" };
import backwardSource from "./shade_backward.wgsl" with { type: "text" };

const include: Snippet[] = [{
  path: "gpu/ops/gaussian/rasterize/shade/sh_basis.wgsl",
  source: basisSource,
}];
const forward = new Kernel("gpu/ops/gaussian/rasterize/shade/shade.wgsl", forwardSource, {
  include,
});
const backward = new Kernel(
  "gpu/ops/gaussian/rasterize/shade/shade_backward.wgsl",
  backwardSource,
  { include },
);

/**
 * Colours [n, 4] of what is on the screen: red, green, blue, and 1, 2, 4 for those that came out
 * negative and were set to 0. A Gaussian whose colour is not finite leaves the screen.
 */
export function shadeGaussians(
  inputs: RasterInputs,
  camera: RasterCamera,
  { radii, touched }: ProjectedGaussians,
): Tensor {
  const { means } = inputs;
  const { gpu, rows: n } = means;
  const colours = Tensor.empty(gpu, [n, 4]);
  const tensors = { means, ...colourInputs(inputs), radii, touched, colours };
  inRows(n, tensors, (pieces, count) => {
    forward.dispatch(
      gpu,
      pieces,
      uniforms(inputs, camera, count),
      { threads: count },
      constants(inputs),
    );
  });
  return colours;
}

/** Gradients by colours or harmonics; those by direction are added to `dmeans`. */
export function shadeBackward(
  inputs: RasterInputs,
  camera: RasterCamera,
  { touched, colours, sums, dmeans }: Readonly<
    Record<"touched" | "colours" | "sums" | "dmeans", Tensor>
  >,
): { readonly dbase: Tensor; readonly drest: Tensor | null } {
  const { means } = inputs;
  const { gpu, rows: n } = means;
  const dbase = Tensor.empty(gpu, [n, 3]);
  const rest = inputs.harmonics?.rest;
  const dharmonics = Tensor.empty(gpu, rest?.size ? rest.shape : [1]);
  const { harmonics } = colourInputs(inputs);
  const tensors = { means, harmonics, touched, colours, sums, dbase, dharmonics, dmeans };
  inRows(n, tensors, (pieces, count) => {
    backward.dispatch(
      gpu,
      pieces,
      uniforms(inputs, camera, count),
      { threads: count },
      constants(inputs),
    );
  });
  return { dbase, drest: rest ? rest.size ? dharmonics : Tensor.empty(gpu, rest.shape) : null };
}

function colourInputs({ means, colours, harmonics }: RasterInputs) {
  // Where there is nothing but the first coefficients, the kernel does not read what stands in.
  const rest = harmonics?.rest;
  return { base: colours ?? harmonics!.dc, harmonics: rest?.size ? rest : means };
}

function uniforms({ harmonics }: RasterInputs, camera: RasterCamera, count: number) {
  return { eye: placeUniform(camera), count, rest: harmonics?.rest?.shape[1] ?? 0 };
}

function constants({ colours, harmonics }: RasterInputs) {
  return { GIVEN: Number(Boolean(colours)), DEGREE: harmonics?.degree ?? 0 };
}
