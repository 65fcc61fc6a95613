import { restCoefficients, type ShDegree } from "../../../data/splats/splats.ts";
import type { Limits } from "../../../gpu/adapter.ts";
import { mebibytes } from "../../../gpu/pool.ts";

/** Bytes of a 4-byte number. */
const WORD = 4;
/** Numbers of a Gaussian besides the harmonics of degree 1 and more. */
const PLAIN = 14;
/**
 * Bytes a Gaussian that one view needs: records of 16 on place, shape and colour, radius, tiles, place in
 * the order of depths and first pair (8 + 8), sums of gradients (48), gradients on the screen (8 + 16).
 */
const VIEW = 136;
/** Bytes a pair of Gaussian and tile: owner and place in the list, three vectors of gradients. */
const PAIR = 56;
/** Bytes a pixel: picture, inverse depth, light, length of list, target, their gradients and SSIM's. */
const PIXEL = 88;

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
}

/** Bytes of GPU memory by what they are for. */
export interface MemoryPlan {
  readonly parameters: number;
  readonly moments: number;
  readonly gradients: number;
  /** Statistics of density control. */
  readonly statistics: number;
  /** Gaussians as one view sees them. */
  readonly view: number;
  readonly pairs: number;
  readonly picture: number;
  readonly pictures: number;
  readonly total: number;
}

/** Numbers of a Gaussian. */
export function valuesOf(degree: ShDegree): number {
  return PLAIN + 3 * restCoefficients(degree);
}

/** The memory that a training takes at a number of Gaussians; buffers' sizes are rounded up besides. */
export function memoryPlan(sizes: PlanSizes): MemoryPlan {
  const { gaussians, degree, pixels, pairs, pictures } = sizes;
  const parameters = WORD * valuesOf(degree) * gaussians;
  const plan = {
    parameters,
    moments: 2 * parameters,
    gradients: parameters,
    statistics: 2 * WORD * gaussians,
    view: VIEW * gaussians,
    pairs: PAIR * pairs,
    picture: PIXEL * pixels,
    pictures,
  };
  return { ...plan, total: Object.values(plan).reduce((sum, bytes) => sum + bytes, 0) };
}

/**
 * Most Gaussians that an adapter's limits allow: all harmonics but the first in one buffer, the records of
 * 16 bytes in one binding.
 */
export function mostGaussians(
  { maxBufferSize, maxStorageBufferBindingSize }: Limits,
  degree: ShDegree,
): number {
  const widest = Math.max(4, 3 * restCoefficients(degree));
  return Math.floor(Math.min(maxBufferSize / (WORD * widest), maxStorageBufferBindingSize / 16));
}

/** Refuses more Gaussians than an adapter can hold. */
export function checkCount(limits: Limits, degree: ShDegree, gaussians: number): void {
  const most = mostGaussians(limits, degree);
  if (gaussians <= most) return;
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  throw new RangeError(
    `Cannot train ${gaussians} Gaussians of degree ${degree}: this adapter holds ${most}, for a buffer ` +
      `may have ${mebibytes(maxBufferSize)} (${12 * restCoefficients(degree)} bytes each) and a ` +
      `binding ${mebibytes(maxStorageBufferBindingSize)} (16 bytes each)`,
  );
}

/** Pairs of Gaussian and tile that trained scenes have for each Gaussian, rounded up. */
const PAIRS_EACH = 3;
/** Room for pairs that there is at the least. */
const LEAST_PAIRS = 1 << 17;

/**
 * What a training is going to take, in words, for the Gaussians at the start and at the limit set for
 * them; refuses numbers that the adapter cannot hold.
 */
export function describePlan(
  limits: Limits,
  { start, limit, ...rest }: Pick<PlanSizes, "degree" | "pixels" | "pictures"> & {
    readonly start: number;
    /** Most Gaussians that there may be; 0 for no limit. */
    readonly limit: number;
  },
): string {
  const { degree } = rest;
  const most = mostGaussians(limits, degree);
  checkCount(limits, degree, Math.max(start, limit));
  const planOf = (gaussians: number) =>
    memoryPlan({
      ...rest,
      gaussians,
      pairs: Math.max(LEAST_PAIRS, PAIRS_EACH * gaussians),
    });
  const { parameters, moments, gradients, statistics, view } = planOf(1);
  const each = parameters + moments + gradients + statistics + view;
  const lines = [
    `GPU memory: ${each} bytes a Gaussian of degree ${degree} (${parameters} parameters, ${moments} ` +
    `moments, ${gradients} gradients, ${
      statistics + view
    } for views), ${PAIR} a pair of Gaussian and tile`,
  ];
  const first = planOf(start);
  lines.push(
    `${mebibytes(first.total)} for ${start} Gaussians, ${
      mebibytes(first.picture)
    } of it for a view and ` +
      `${mebibytes(first.pictures)} for pictures`,
  );
  if (limit > start) lines.push(`${mebibytes(planOf(limit).total)} for ${limit}, the limit set`);
  lines.push(`this adapter holds ${most} at most`);
  return lines.join("; ");
}
