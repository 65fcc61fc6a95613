import { roomFor, unpack } from "../../../../binding/packed.ts";
import { inRows } from "../../../../binding/rows.ts";
import { Kernel, type Snippet } from "../../../../kernel.ts";
import { Tensor } from "../../../../tensor.ts";
import { cameraUniforms, type RasterCamera, tileGrid } from "../camera.ts";
import type { RasterInputs } from "../inputs.ts";
import { tileSpanSnippet } from "../tiles/tile_span.ts";
import { cameraKind, CAMERAS, type CameraSnippets } from "./cameras/cameras.ts";
import { throughLens } from "./cameras/through_lens.ts";
import forwardSource from "./project.wgsl" with { type: "text" };
import backwardSource from "./project_backward.wgsl" with { type: "text" };
import narrowSource from "./project_backward_narrow.wgsl" with { type: "text" };
import gradientsSource from "./project_gradients.wgsl" with { type: "text" };
import {
  type Projection,
  PROJECTIONS,
  type ProjectionSnippets,
  unscentedConstants,
} from "./projections/projections.ts";
import screenSource from "./screen.wgsl" with { type: "text" };

const screenSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/project/screen.wgsl",
  source: screenSource,
};
const gradientsSnippet: Snippet = {
  path: "gpu/ops/gaussian/rasterize/project/project_gradients.wgsl",
  source: gradientsSource,
};

const kernels = {
  pinhole: kernelsByJacobian(CAMERAS.pinhole),
  lens: kernelsByJacobian(CAMERAS.lens),
  wide: kernelsByJacobian(CAMERAS.wide),
  lensByPoints: kernelsOf([...CAMERAS.lens.place, CAMERAS.lens.rim], PROJECTIONS.unscented),
  wideByPoints: kernelsOf([...CAMERAS.wide.place, CAMERAS.wide.rim], PROJECTIONS.unscented),
};

function kernelsByJacobian({ place, look, backward }: CameraSnippets) {
  return kernelsOf([...place, ...look], PROJECTIONS.ewa, backward);
}

function kernelsOf(
  camera: readonly Snippet[],
  projection: ProjectionSnippets,
  cameraBackward: readonly Snippet[] = [],
) {
  const forward = [screenSnippet, projection.forward, ...camera];
  const include = [gradientsSnippet, projection.backward, ...cameraBackward, ...forward];
  return {
    forward: new Kernel("gpu/ops/gaussian/rasterize/project/project.wgsl", forwardSource, {
      include: [...forward, tileSpanSnippet],
    }),
    backward: new Kernel(
      "gpu/ops/gaussian/rasterize/project/project_backward.wgsl",
      backwardSource,
      { include },
    ),
    narrow: new Kernel(
      "gpu/ops/gaussian/rasterize/project/project_backward_narrow.wgsl",
      narrowSource,
      { include },
    ),
  };
}

/** The kernels of a camera and a projection, their overrides, and the camera as they are told of it. */
function chosen(inputs: RasterInputs, camera: RasterCamera, projection: Projection) {
  if (projection === "ewa") {
    const { kind, constants } = cameraKind(camera);
    return { kernels: kernels[kind], constants, camera };
  }
  if (inputs.covariances || camera.pose) {
    const what = inputs.covariances ? "covariances" : "a pose on the GPU";
    throw new TypeError(
      `Cannot run rasterize: the unscented transform was given ${what}, it takes scales, rotations and a view`,
    );
  }
  const seen = throughLens(camera);
  const { kind, constants } = cameraKind(seen);
  const points = unscentedConstants(projection);
  return kind === "wide"
    ? { kernels: kernels.wideByPoints, constants: { ...constants, ...points }, camera: seen }
    : {
      kernels: kernels.lensByPoints,
      constants: { ...constants, ...points, STRAIGHT: Number(!camera.lens) },
      camera: seen,
    };
}

/** Gaussians on the screen; rows of those that are not there are zero. */
export interface ProjectedGaussians {
  /** f32 [n, 4]: pixel u, v, conic xx, xy. */
  readonly places: Tensor;
  /** f32 [n, 4]: conic yy, opacity, 1 / depth, depth. */
  readonly shapes: Tensor;
  /** i32 [n]: pixels to 3 sigma, rounded up; 0 for what is not in the picture. */
  readonly radii: Tensor;
  /** u32 [n]: tiles that the Gaussian is listed in. */
  readonly touched: Tensor;
}

/** How Gaussians become splats. */
export interface ProjectOptions {
  /** Factor of all scales. */
  readonly scaleModifier: number;
  /** Fades Gaussians by what the blur of 0.3 pixels makes them larger. */
  readonly antialiasing: boolean;
  /** Lists a Gaussian in tiles that it shows in, instead of all in a square of 3 sigma. */
  readonly tight: boolean;
  /** How shapes come to the screen. */
  readonly projection: Projection;
}

/** Projects means and covariances and counts tiles. */
export function projectGaussians(
  inputs: RasterInputs,
  camera: RasterCamera,
  { scaleModifier, antialiasing, tight, projection }: ProjectOptions,
): ProjectedGaussians {
  const { means, opacities } = inputs;
  const { gpu, rows: n } = means;
  const projected = {
    places: Tensor.empty(gpu, [n, 4]),
    shapes: Tensor.empty(gpu, [n, 4]),
    radii: Tensor.empty(gpu, [n], "i32"),
    touched: Tensor.empty(gpu, [n], "u32"),
  };
  const tensors = { means, opacities, ...shapeInputs(inputs), ...projected };
  const { kernels, constants, camera: seen } = chosen(inputs, camera, projection);
  inRows(n, tensors, (pieces, count) => {
    kernels.forward.dispatch(
      gpu,
      pieces,
      {
        ...cameraUniforms(seen),
        tiles: tileGrid(camera),
        scale_modifier: scaleModifier,
        antialiasing: Number(antialiasing),
        count,
      },
      { threads: count },
      { ...shapeConstants(inputs), ...constants, TIGHT: Number(tight) },
    );
  });
  return projected;
}

/** Gradients by what made the Gaussians' shapes and places. */
export interface ProjectGradients {
  readonly dmeans: Tensor;
  readonly dopacities: Tensor;
  readonly dscales: Tensor | null;
  readonly drotations: Tensor | null;
  /** [n, 6], an off-diagonal entry counted as one number. */
  readonly dcovariances: Tensor | null;
}

/** Gradients from the twelve sums [n, 12] of each Gaussian on the screen. */
export function projectBackward(
  inputs: RasterInputs,
  camera: RasterCamera,
  { touched, sums, ...options }: ProjectOptions & {
    readonly touched: Tensor;
    readonly sums: Tensor;
    /** False for what the original kernels compute where it is not the derivative. */
    readonly exact: boolean;
    /** Whether gradients by covariances are wanted where these are made of scales. */
    readonly covariances: boolean;
  },
): ProjectGradients {
  const { means, opacities } = inputs;
  const { gpu, rows: n } = means;
  const given = Boolean(inputs.covariances);
  const wanted = given || options.covariances;
  const room = (use: boolean, shape: number[]) => Tensor.empty(gpu, use ? shape : [1]);
  const gradients = {
    dmeans: Tensor.empty(gpu, [n, 3]),
    dopacities: Tensor.empty(gpu, [n]),
    dscales: room(!given, [n, 3]),
    drotations: room(!given, [n, 4]),
    dcovariances: room(wanted, [n, 6]),
  };
  const tensors = { means, opacities, ...shapeInputs(inputs), touched, sums };
  const { kernels, constants: seenBy, camera: seen } = chosen(inputs, camera, options.projection);
  const { backward, narrow } = kernels;
  const constants = {
    ...shapeConstants(inputs),
    ...seenBy,
    EXACT: Number(options.exact),
    COVARIANCES: Number(wanted),
  };
  inRows(n, { ...tensors, ...gradients }, (pieces, count) => {
    const uniforms = {
      ...cameraUniforms(seen),
      scale_modifier: options.scaleModifier,
      antialiasing: Number(options.antialiasing),
      count,
    };
    const work = { threads: count };
    if (backward.fits(gpu)) {
      backward.dispatch(gpu, pieces, uniforms, work, constants);
      return;
    }
    const { dmeans, dopacities, dscales, drotations, dcovariances, ...read } = pieces;
    const written = { dmeans, dopacities, dscales, drotations, dcovariances };
    const room = roomFor(gpu, written);
    const all = room.packed.as("f32");
    narrow.dispatch(gpu, { ...read, gradients: all }, { ...uniforms, ...room.at }, work, constants);
    unpack(room, written);
    for (const tensor of [all, room.packed]) tensor.release();
  });
  return {
    ...gradients,
    dscales: given ? null : gradients.dscales,
    drotations: given ? null : gradients.drotations,
    dcovariances: wanted ? gradients.dcovariances : null,
  };
}

/** Tensors of scales and rotations, or of covariances, as the kernels bind them. */
export function shapeInputs({ means, scales, rotations, covariances }: RasterInputs) {
  // Where rotations are absent, the kernel does not read what stands in for them.
  return {
    extents: covariances ?? scales!,
    rotations: rotations ?? means,
  };
}

/** Which of them they are. */
export function shapeConstants({ raw, covariances }: RasterInputs) {
  return { RAW: Number(raw ?? false), PRECOMPUTED: Number(Boolean(covariances)) };
}
