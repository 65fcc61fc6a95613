import { restCoefficients, type ShDegree } from "../../../data/splats/splats.ts";
import { bindable } from "../../../gpu/binding/limit.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { mebibytes } from "../../../gpu/pool/pool.ts";

/** Bytes a pixel of a picture: three planes of f32. */
const PLANES = 12;

/** What makes a step smaller, for errors that say it is too large. */
export const SMALLER_PICTURES = "-r 2 halves the sides of pictures";

/**
 * Most Gaussians that an adapter's limits allow: all harmonics but the first in one buffer, the records of
 * 16 bytes in one binding.
 */
export function mostGaussians(gpu: Gpu, degree: ShDegree): number {
  return Math.floor(Math.min(gpu.limits.maxBufferSize / widest(degree), bindable(gpu, 16)));
}

/** Bytes of the widest parameter of a Gaussian. */
function widest(degree: ShDegree): number {
  return 4 * Math.max(4, 3 * restCoefficients(degree));
}

/** Refuses more Gaussians than an adapter can hold. */
export function checkGaussians(gpu: Gpu, degree: ShDegree, gaussians: number): void {
  const most = mostGaussians(gpu, degree);
  if (gaussians <= most) return;
  throw Object.assign(
    new RangeError(
      `Cannot train ${gaussians} Gaussians of degree ${degree}: this adapter holds ${most}, for a buffer ` +
        `may have ${mebibytes(gpu.limits.maxBufferSize)} (${widest(degree)} bytes each) and ` +
        `a binding ${mebibytes(16 * bindable(gpu, 16))} (16 bytes each)`,
    ),
    { hint: "--max-gaussians keeps fewer, --random-points or a smaller cloud starts from fewer" },
  );
}

/** What pictures are wanted for, as it reads in an error. */
type Action = "train on" | "draw";

/** Refuses pictures that do not fit a binding. */
export function checkPictures(
  gpu: Gpu,
  shots: readonly {
    readonly name: string;
    readonly camera: { readonly width: number; readonly height: number };
  }[],
  action: Action = "train on",
): void {
  const most = bindable(gpu, PLANES);
  const large = shots.find(({ camera: { width, height } }) => width * height > most);
  if (!large) return;
  const { name, camera: { width, height } } = large;
  throw Object.assign(
    new RangeError(
      `Cannot ${action} "${name}": ${width} x ${height} pixels take ${
        mebibytes(PLANES * width * height)
      } as numbers, this adapter binds ${mebibytes(PLANES * most)} at most`,
    ),
    { hint: SMALLER_PICTURES },
  );
}

/** The view in which most pairs of a Gaussian and a tile were found. */
export interface FullestView {
  readonly view: string;
  readonly pairs: number;
  /** How many views were looked at. */
  readonly views: number;
}

/** Refuses more pairs of a Gaussian and a tile than an adapter can list. */
export function checkPairs(
  gpu: Gpu,
  { view, pairs }: FullestView,
  { gaussians, action = "train on" }: { readonly gaussians: number; readonly action?: Action },
): void {
  const limit = pairLimit(gpu);
  if (pairs <= limit) return;
  throw Object.assign(
    new RangeError(
      `Cannot ${action} view "${view}": ${gaussians} Gaussians make ${pairs} pairs of Gaussian and tile ` +
        `there, this adapter lists ${limit} at most`,
    ),
    { hint: `${SMALLER_PICTURES}; fewer, or smaller, Gaussians make fewer pairs` },
  );
}
