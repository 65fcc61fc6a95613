import { restCoefficients, type ShDegree } from "../../../data/splats/splats.ts";
import { bindable } from "../../../gpu/binding/limit.ts";
import type { Gpu } from "../../../gpu/device.ts";

/** Bytes of a 4-byte number. */
const WORD = 4;
/** Numbers of a Gaussian besides the harmonics of degree 1 and more. */
const PLAIN = 14;
/**
 * Bytes a Gaussian that one view needs: records of 16 on place, shape and colour, radius, tiles, place in
 * the order of depths and first pair (8 + 8), sums of gradients (48), gradients on the screen (8 + 16).
 */
const VIEW = 136;
/** Bytes a pair of Gaussian and tile: owner and place in the list. */
const LISTED = 8;
/** While pairs are sorted: keys, owners, and both sides of a pass. */
const SORTED = 24;
/** Three vectors of gradients, of as many pairs as can be bound. */
const GRADIENTS = 48;
/** Bytes a pixel: picture, inverse depth, light, length of list, target, their gradients and SSIM's. */
const PIXEL = 88;
/** Those that are left while gradients of pairs are made. */
const PIXEL_BEHIND = 52;

/** What decides how much memory a training takes. */
export interface PlanSizes {
  readonly gaussians: number;
  readonly degree: ShDegree;
  /** Pixels of the largest view. */
  readonly pixels: number;
  /** Room for pairs of a Gaussian and a tile. */
  readonly pairs: number;
  /** Bytes of pictures that stay on the GPU. */
  readonly pictures: number;
  /** Bytes of the strategy's state for each Gaussian. */
  readonly statistics: number;
}

/** Bytes of GPU memory by what they are for. */
export interface MemoryPlan {
  readonly parameters: number;
  readonly moments: number;
  readonly gradients: number;
  /** The strategy's state. */
  readonly statistics: number;
  /** Gaussians as one view sees them. */
  readonly view: number;
  /** At the most, and so for `picture`: not both at once. */
  readonly pairs: number;
  readonly picture: number;
  readonly pictures: number;
  readonly total: number;
}

/** Numbers of a Gaussian. */
export function valuesOf(degree: ShDegree): number {
  return PLAIN + 3 * restCoefficients(degree);
}

/** Bytes that pairs of a Gaussian and a tile take at the most within a step. */
export function pairBytes(gpu: Gpu, pairs: number): number {
  return Math.max(SORTED * pairs, LISTED * pairs + GRADIENTS * Math.min(pairs, bindable(gpu, 16)));
}

/** The GPU memory that a training takes at a number of Gaussians; buffers' sizes are rounded up besides. */
export function memoryPlan(gpu: Gpu, sizes: PlanSizes): MemoryPlan {
  const { gaussians, degree, pixels, pairs, pictures, statistics } = sizes;
  const parameters = WORD * valuesOf(degree) * gaussians;
  const lasting = {
    parameters,
    moments: 2 * parameters,
    gradients: parameters,
    statistics: statistics * gaussians,
    view: VIEW * gaussians,
    pictures,
  };
  const forPairs = pairBytes(gpu, pairs);
  // The loss of the picture, or the gradients of the pairs: one is gone when the other is there.
  const step = Math.max(
    LISTED * pairs + PIXEL * pixels,
    forPairs + PIXEL_BEHIND * pixels,
  );
  return {
    ...lasting,
    pairs: forPairs,
    picture: PIXEL * pixels,
    total: Object.values(lasting).reduce((sum, bytes) => sum + bytes, step),
  };
}

/** Bytes beside the GPU's by what they are for. */
export interface HostPlan {
  /** What training started from. */
  readonly start: number;
  /** Parameters and moments as a checkpoint reads them back. */
  readonly saving: number;
  /** Decoded pictures. */
  readonly pictures: number;
  readonly total: number;
}

/** The host's memory that a training takes, for `start` Gaussians at first and so many at last. */
export function hostPlan(
  { start, gaussians, degree, pictures }: {
    readonly start: number;
    readonly gaussians: number;
    readonly degree: ShDegree;
    /** Bytes of decoded pictures that are kept. */
    readonly pictures: number;
  },
): HostPlan {
  const each = WORD * valuesOf(degree);
  const plan = { start: each * start, saving: 3 * each * gaussians, pictures };
  return { ...plan, total: plan.start + plan.saving + plan.pictures };
}
