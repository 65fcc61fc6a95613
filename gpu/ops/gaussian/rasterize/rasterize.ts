import { type Gradients, recordAll } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { type Accumulation, blendBackward, screenGradients } from "./blend/blend_backward.ts";
import { type Blended, blendTiles } from "./blend/blend_tiles.ts";
import { checkCamera, type RasterCamera } from "./camera.ts";
import { poseGradient, poseSums, withPoseRows } from "./pose/pose.ts";
import { checkInputs, type RasterInputs } from "./inputs.ts";
import { PairBudget } from "./pair_budget.ts";
import {
  projectBackward,
  type ProjectedGaussians,
  projectGaussians,
} from "./project/project_gaussians.ts";
import type { Projection } from "./project/projections/projections.ts";
import { shadeBackward, shadeGaussians } from "./shade/shade_gaussians.ts";
import { type DepthOrder, makePairs, orderByDepth, type TilePairs } from "./tiles/tile_pairs.ts";

/** How to draw, and how to walk back. */
export interface RasterOptions {
  /** Colour behind everything; black unless given. */
  readonly background?: readonly [number, number, number];
  /** Factor of all scales, 1 unless given. */
  readonly scaleModifier?: number;
  /** Fades Gaussians by what the blur of 0.3 pixels makes them larger. */
  readonly antialiasing?: boolean;
  /**
   * "exact" lists a Gaussian only in tiles where it shows; "rectangle" in all of a square of 3 sigma,
   * as the original does. The pictures are the same.
   */
  readonly tiles?: "exact" | "rectangle";
  /**
   * "exact" derivatives, or those of the "reference" kernels, which err for antialiasing, for
   * Gaussians beside the picture, at alpha 0.99 and by the scale modifier.
   */
  readonly gradients?: "exact" | "reference";
  /** "ewa" unless given; the unscented transform takes scales and rotations, and no pose on the GPU. */
  readonly projection?: Projection;
  /** "ordered" gives the same bits each time; "atomic" needs 48 bytes less for each pair. */
  readonly accumulation?: Accumulation;
}

/** A picture with what it says of the Gaussians. */
export interface Rasterized {
  /** f32 [3, height, width]; NaN all over if there was no room for the pairs. */
  readonly image: Tensor;
  /** f32 [1, height, width]: sum of alpha T / depth, not normalised. */
  readonly inverseDepth: Tensor;
  /** i32 [n]: radius on the screen in pixels, 0 for what is not in the picture. */
  readonly radii: Tensor;
  /** u32 [4]: Gaussians listed, pairs wanted, pairs made, 1 if there was no room for them. */
  readonly frame: Tensor;
}

/** All that drawing made; walking back needs it. */
export interface RasterState extends ProjectedGaussians, DepthOrder, TilePairs, Blended {
  readonly colours: Tensor;
}

/** What of it is kept until walking back, besides the results. */
const SAVED = [
  "places",
  "shapes",
  "touched",
  "colours",
  "order",
  "visible",
  "offsets",
  "wrapped",
  "owners",
  "pairs",
  "starts",
  "remaining",
  "depthOfList",
] as const satisfies readonly Exclude<keyof RasterState, keyof Rasterized>[];

/** Gradients by name; null where the input is not there. */
export interface RasterGradients {
  /** By the centres [n, 3]. */
  readonly dmeans: Tensor;
  /** By the opacities [n]. */
  readonly dopacities: Tensor;
  /** By the standard deviations [n, 3]. */
  readonly dscales: Tensor | null;
  /** By the quaternions [n, 4], w x y z. */
  readonly drotations: Tensor | null;
  /** By the covariances [n, 6]. */
  readonly dcovariances: Tensor | null;
  /** By the colours [n, 3]. */
  readonly dcolours: Tensor | null;
  /** By the first harmonics [n, 3]. */
  readonly ddc: Tensor | null;
  /** By the other harmonics. */
  readonly drest: Tensor | null;
  /** By the places on the screen [n, 2], in units of half the picture. */
  readonly dscreen: Tensor;
  /** Sums of its magnitudes over pixels [n, 2]. */
  readonly dmagnitude: Tensor;
  /** [4, 4], by a pose that lies on the GPU. */
  readonly dpose: Tensor | null;
  /** [n, 12] as `blendBackward` returns them. */
  readonly sums: Tensor;
}

/**
 * Draws Gaussians (3DGS, Kerbl et al. 2023) with gradients by all of them, without waiting for the
 * GPU. `capacity` is the room for pairs of a Gaussian and a tile: with more of them the picture is
 * NaN, all gradients are 0 and `frame` says so.
 */
export function rasterize(
  inputs: RasterInputs,
  camera: RasterCamera,
  options: RasterOptions & { readonly capacity: number | PairBudget },
): Rasterized {
  const { gpu } = inputs.means;
  using scope = gpu.scope();
  const { capacity } = options;
  const seen = withPoseRows(camera);
  const state = drawPairs(
    drawSplats(inputs, seen, options),
    seen,
    { ...options, capacity: capacity instanceof PairBudget ? capacity.capacity : capacity },
  );
  return finish(inputs, seen, { state, options, keep: (kept) => scope.keep(kept) });
}

/**
 * The same with just the room that it takes, for which it waits for the GPU's count; `onPairs` is told
 * of it, and may throw.
 */
export async function rasterizeMeasured(
  inputs: RasterInputs,
  camera: RasterCamera,
  options: RasterOptions & { readonly onPairs?: (pairs: number) => void } = {},
): Promise<Rasterized> {
  const seen = withPoseRows(camera);
  const splats = drawSplats(inputs, seen, options);
  const capacity = Math.max(1, await countPairs(splats));
  options.onPairs?.(capacity);
  const state = drawPairs(splats, seen, { ...options, capacity });
  return finish(inputs, seen, { state, options, keep: () => {} });
}

/** What does not depend on the number of pairs. */
export type Splats = ProjectedGaussians & DepthOrder & { readonly colours: Tensor };

/** Projects, colours and sorts the Gaussians. */
export function drawSplats(
  inputs: RasterInputs,
  camera: RasterCamera,
  options: RasterOptions,
): Splats {
  checkInputs(inputs);
  checkCamera(camera);
  const projected = projectGaussians(inputs, camera, projectOptions(options));
  const colours = shadeGaussians(inputs, camera, projected);
  return { ...projected, colours, ...orderByDepth(projected, camera) };
}

/** Reads how many pairs there are. */
export async function countPairs({ offsets, wrapped }: Splats): Promise<number> {
  const { gpu } = offsets;
  const counts = Tensor.empty(gpu, [2], "u32");
  const last = offsets.byteOffset + 4 * (offsets.size - 1);
  gpu.commands.copyBuffer(offsets.buffer, last, counts.buffer, counts.byteOffset, 4);
  gpu.commands.copyBuffer(
    wrapped.buffer,
    wrapped.byteOffset,
    counts.buffer,
    counts.byteOffset + 4,
    4,
  );
  const [pairs, over] = await counts.read("u32").finally(() => counts.release());
  if (over) {
    throw new RangeError("Cannot run rasterize: more than 4294967295 pairs of Gaussian and tile");
  }
  return pairs!;
}

/** Lists the splats by tiles and blends them. */
export function drawPairs(
  splats: Splats,
  camera: RasterCamera,
  options: RasterOptions & { readonly capacity: number },
): RasterState {
  const { capacity, background = [0, 0, 0] } = options;
  const { tight } = projectOptions(options);
  const pairs = makePairs(splats, splats, camera, { capacity, tight });
  return { ...splats, ...pairs, ...blendTiles(splats, pairs, camera, { background, tight }) };
}

/** Gradients by everything from those by the picture and the inverse depth. */
export function rasterizeBackward(
  inputs: RasterInputs,
  camera: RasterCamera,
  state: RasterState,
  options: RasterOptions & {
    readonly dimage: Tensor | null;
    readonly dinverseDepth: Tensor | null;
    /** Whether gradients by covariances made of scales are wanted too. */
    readonly covariances?: boolean;
    /** Whether sums of magnitudes are wanted; they are 0 otherwise. */
    readonly magnitudes?: boolean;
  },
): RasterGradients {
  const sums = screenBackward(camera, state, options);
  const { touched, colours } = state;
  return splatsBackward(inputs, camera, { touched, colours, sums }, options);
}

/** Gradients [n, 12] of the Gaussians on the screen, as `blendBackward` returns them. */
export function screenBackward(
  camera: RasterCamera,
  state: RasterState,
  options: RasterOptions & {
    readonly dimage: Tensor | null;
    readonly dinverseDepth: Tensor | null;
    readonly magnitudes?: boolean;
  },
): Tensor {
  const { background = [0, 0, 0], accumulation = "ordered" } = options;
  return blendBackward(state, state, {
    ...options,
    blended: state,
    depthOrder: state,
    camera,
    background,
    exact: options.gradients !== "reference",
    accumulation,
    tight: projectOptions(options).tight,
    magnitudes: options.magnitudes ?? true,
  });
}

/** Gradients by everything from those of the Gaussians on the screen. */
export function splatsBackward(
  inputs: RasterInputs,
  camera: RasterCamera,
  { touched, colours, sums }: Readonly<Record<"touched" | "colours" | "sums", Tensor>>,
  options: RasterOptions & { readonly covariances?: boolean },
): RasterGradients {
  const project = projectBackward(inputs, camera, {
    ...projectOptions(options),
    touched,
    sums,
    exact: options.gradients !== "reference",
    covariances: (options.covariances ?? false) || Boolean(camera.pose),
  });
  const { dmeans, dcovariances } = project;
  const { scaleModifier } = projectOptions(options);
  const turned = camera.pose &&
    poseSums(inputs, { touched, dmeans, dcovariances: dcovariances!, scaleModifier });
  const { dbase, drest } = shadeBackward(inputs, camera, { touched, colours, sums, dmeans });
  const given = Boolean(inputs.colours);
  return {
    ...project,
    dcolours: given ? dbase : null,
    ddc: given ? null : dbase,
    drest,
    ...screenGradients(sums, touched, camera),
    dpose: turned ? poseGradient(camera.pose!, turned, dmeans) : null,
    sums,
  };
}

/** What the kernels of projection are told of the options. */
export function projectOptions(options: RasterOptions) {
  const { scaleModifier = 1, antialiasing = false, tiles = "exact", projection = "ewa" } = options;
  return { scaleModifier, antialiasing, tight: tiles === "exact", projection };
}

function finish(
  inputs: RasterInputs,
  camera: RasterCamera,
  { state, options, keep }: {
    readonly state: RasterState;
    readonly options: RasterOptions;
    readonly keep: (kept: Tensor[]) => void;
  },
): Rasterized {
  const slots: [Tensor | null | undefined, keyof RasterGradients][] = [
    [inputs.means, "dmeans"],
    [inputs.opacities, "dopacities"],
    [inputs.scales, "dscales"],
    [inputs.rotations, "drotations"],
    [inputs.covariances, "dcovariances"],
    [inputs.colours, "dcolours"],
    [inputs.harmonics?.dc, "ddc"],
    [inputs.harmonics?.rest, "drest"],
    [inputs.screen, "dscreen"],
    [inputs.screenMagnitude, "dmagnitude"],
    [camera.pose, "dpose"],
  ];
  const used = slots.filter(([input]) => input) as [Tensor, keyof RasterGradients][];
  const leaves = used.map(([input]) => input);
  return recordDrawing("rasterize", leaves, {
    state,
    more: camera.rows ? [camera.rows] : [],
    keep,
    backward: (dimage, dinverseDepth, needs) => {
      const gradients = rasterizeBackward(inputs, camera, state, {
        ...options,
        dimage,
        dinverseDepth,
        magnitudes: Boolean(inputs.screenMagnitude),
      });
      return used.map(([, name], i) => needs[i] ? gradients[name] : null);
    },
  });
}

/** Puts a drawing on the tape and lets go of what walking back does not need. */
export function recordDrawing(
  name: string,
  leaves: readonly Tensor[],
  { state, more = [], keep, backward }: {
    readonly state: RasterState;
    /** What walking back needs besides. */
    readonly more?: readonly Tensor[];
    readonly keep: (kept: Tensor[]) => void;
    readonly backward: (
      dimage: Tensor | null,
      dinverseDepth: Tensor | null,
      needs: readonly boolean[],
    ) => Gradients;
  },
): Rasterized {
  const { image, inverseDepth, radii, frame } = state;
  const { gpu } = image;
  const results = [image, inverseDepth, radii, frame];
  const saved = [...SAVED.map((name) => state[name]), ...more];
  const recorded = gpu.tape.recording && leaves.some((leaf) => leaf.requiresGradient);
  keep(recorded ? [...results, ...saved] : results);
  if (!recorded) { for (const tensor of saved) tensor.release(); }
  recordAll(name, leaves, [image, inverseDepth], ([dimage, dinverseDepth], needs) => {
    const gradients = backward(dimage!, dinverseDepth!, needs);
    for (const tensor of saved) tensor.release();
    return gradients;
  });
  return { image, inverseDepth, radii, frame };
}
