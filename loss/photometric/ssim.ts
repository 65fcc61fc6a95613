import { Kernel, type Snippet } from "../../gpu/kernel.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { partialGroups, weightedMean } from "../voxels/weighted_mean.ts";
import croppedSource from "./cropped_sums.wgsl" with { type: "text" };
import forwardSource from "./ssim.wgsl" with { type: "text" };
import compareSource from "./ssim_compare.wgsl" with { type: "text" };
import linesSource from "./ssim_lines.wgsl" with { type: "text" };
import backwardSource from "./ssim_backward.wgsl" with { type: "text" };
import backwardLinesSource from "./ssim_backward_lines.wgsl" with { type: "text" };
import slopesSource from "./ssim_slopes.wgsl" with { type: "text" };
import walkSource from "./ssim_walk.wgsl" with { type: "text" };
import windowSource from "./ssim_window.wgsl" with { type: "text" };

const windowSnippet: Snippet = { path: "loss/photometric/ssim_window.wgsl", source: windowSource };
const walkSnippet: Snippet = { path: "loss/photometric/ssim_walk.wgsl", source: walkSource };
const include = [
  { path: "loss/photometric/ssim_compare.wgsl", source: compareSource },
  windowSnippet,
  reduceSnippet,
];
const forward = new Kernel("loss/photometric/ssim.wgsl", forwardSource, { include });
const forwardLines = new Kernel("loss/photometric/ssim_lines.wgsl", linesSource, {
  include: [walkSnippet, ...include],
});
const backwardInclude = [
  { path: "loss/photometric/ssim_slopes.wgsl", source: slopesSource },
  windowSnippet,
];
const backward = new Kernel("loss/photometric/ssim_backward.wgsl", backwardSource, {
  include: backwardInclude,
});
const backwardLines = new Kernel(
  "loss/photometric/ssim_backward_lines.wgsl",
  backwardLinesSource,
  { include: [walkSnippet, ...backwardInclude] },
);
const croppedSums = new Kernel("loss/photometric/cropped_sums.wgsl", croppedSource, {
  include: [reduceSnippet],
});

const TILE = 16;
// Half of the window of 11 pixels: so far from the border no window reaches past the image.
const HALF_WINDOW = 5;

/**
 * Structural similarity at each pixel, window 11 x 11 of sigma 1.5 with zeros outside, for values in
 * [0, 1]: img1 and img2 [..., height, width]. The gradient goes to img1 only; img2 is
 * the picture to reach.
 */
export function ssimMap(img1: Tensor, img2: Tensor): Tensor {
  const size = imageSize("ssimMap", img1, img2);
  const { map, derivatives } = compareImages(img1, img2, size);
  return record("ssimMap", [img1], map!, (dmap) => {
    return [
      ssimBackward(img1, img2, derivatives!, { ...size, dmap, crop: 0, scale: 0, mean: false }),
    ];
  });
}

/**
 * Mean structural similarity of two pictures as in `ssimMap`, over all pixels ("same") or those
 * whose window lies inside the picture ("valid"); 1 - it is the loss of 3DGS.
 */
export function ssim(
  img1: Tensor,
  img2: Tensor,
  { padding = "same" }: { padding?: "same" | "valid" } = {},
): Tensor {
  const size = imageSize("ssim", img1, img2);
  const { planes, height, width } = size;
  const crop = padding === "valid" ? HALF_WINDOW : 0;
  if (Math.min(height, width) <= 2 * crop) {
    throw new RangeError(
      `Cannot run ssim: no window of 11 x 11 lies inside [${height}, ${width}], "valid" needs one`,
    );
  }
  const { gpu } = img1;
  const { map, derivatives } = compareImages(img1, img2, size);
  const count = planes * (height - 2 * crop) * (width - 2 * crop);
  const groups = partialGroups(count);
  const partials = Tensor.empty(gpu, [groups, 2]);
  croppedSums.dispatch(gpu, { map: map!, partials }, { planes, height, width, crop }, { groups });
  // The map is not on the tape, so nothing reads it again.
  map!.release();
  const { loss } = weightedMean(partials);
  return record("ssim", [img1], loss, (dmap) => {
    const options = { ...size, dmap, crop, scale: 1 / count, mean: true };
    return [ssimBackward(img1, img2, derivatives!, options)];
  });
}

/** Planes are pictures times channels. */
export interface ImageSize {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

/** Derivatives of the map by the windowed sums of x1, x1 x1 and x1 x2, counted from the pixel's values. */
export interface Derivatives {
  readonly by_mean: Tensor;
  readonly by_square: Tensor;
  readonly by_product: Tensor;
}

/** Checks that two pictures are alike in shape. */
export function imageSize(op: string, img1: Tensor, img2: Tensor): ImageSize {
  const { leading, height, width } = checkShapes(op, {
    img1: [img1, "...", "height", "width"],
    img2: [img2, "...", "height", "width"],
  });
  return { planes: leading, height, width };
}

// Rows that one thread walks down, four pixels wide.
const STRIP = 32;

/** The same by threads that walk down lines of a picture, as suits a processor. */
function lines({ planes, height, width }: ImageSize) {
  const columns = Math.ceil(width / 4);
  const strips = Math.ceil(height / STRIP);
  return { planes, columns, strips, groups: Math.ceil(planes * columns * strips / 64) };
}

function tiles({ planes, height, width }: ImageSize) {
  return { groups: [Math.ceil(width / TILE), Math.ceil(height / TILE), planes] as const };
}

/** What is wanted of two pictures. */
export interface Comparison {
  /** Structural similarity at each pixel. */
  readonly map: Tensor | null;
  /** Of each workgroup, [groups, 2]: sums of |img1 - img2| and of the map. */
  readonly partials: Tensor | null;
  /** What the gradient needs, where one is wanted. */
  readonly derivatives: Derivatives | null;
}

/** Compares two pictures pixel by pixel, or by sums over workgroups only. */
export function compareImages(
  img1: Tensor,
  img2: Tensor,
  size: ImageSize,
  { sums = false, clamped = false }: {
    readonly sums?: boolean;
    /** Cuts img1 to [0, 1] first. */
    readonly clamped?: boolean;
  } = {},
): Comparison {
  const { gpu } = img1;
  const { height, width } = size;
  const wanted = gpu.tape.recording && img1.requiresGradient;
  const serial = gpu.tuning.channelSums === "serial";
  const { groups: lineGroups, ...extents } = lines(size);
  const work = tiles(size);
  const groups = serial ? lineGroups : work.groups.reduce((product, part) => product * part, 1);
  const room = (use: boolean, shape = img1.shape) => Tensor.empty(gpu, use ? shape : [2]);
  const map = room(!sums);
  const partials = room(sums, [groups, 2]);
  const derivatives: Derivatives = {
    by_mean: room(wanted),
    by_square: room(wanted),
    by_product: room(wanted),
  };
  const tensors = { img1, img2, map, partials, ...derivatives };
  const constants = {
    MAP: Number(!sums),
    GRADIENT: Number(wanted),
    SUMS: Number(sums),
    CLAMP: Number(clamped),
  };
  if (serial) {
    const work = { groups: lineGroups };
    forwardLines.dispatch(gpu, tensors, { height, width, ...extents }, work, constants);
  } else forward.dispatch(gpu, tensors, { height, width }, work, constants);
  return {
    map: sums ? null : map,
    partials: sums ? partials : null,
    derivatives: wanted ? derivatives : null,
  };
}

/** Gradient by img1 of the map or its mean. */
export function ssimBackward(
  img1: Tensor,
  img2: Tensor,
  derivatives: Derivatives,
  { dmap, crop, scale, mean, absolute = 0, clamped = false, ...size }: ImageSize & {
    dmap: Tensor;
    crop: number;
    scale: number;
    mean: boolean;
    /** Gradient of the sum of |img1 - img2| to be added, times `dmap`; for one number only. */
    absolute?: number;
    /** Whether img1 was cut to [0, 1]. */
    clamped?: boolean;
  },
): Tensor {
  const { height, width } = size;
  const dimg1 = Tensor.empty(img1.gpu, img1.shape);
  const tensors = { img1, img2, ...derivatives, dmap, dimg1 };
  const uniforms = { height, width, crop, scale, absolute };
  const constants = { MEAN: Number(mean), CLAMP: Number(clamped) };
  if (img1.gpu.tuning.channelSums === "serial") {
    const { groups, ...extents } = lines(size);
    backwardLines.dispatch(img1.gpu, tensors, { ...uniforms, ...extents }, { groups }, constants);
  } else backward.dispatch(img1.gpu, tensors, uniforms, tiles(size), constants);
  for (const derivative of Object.values(derivatives)) derivative.release();
  return dimg1;
}
