import type { Splats } from "../../../data/splats/splats.ts";

/** Low and high corner of a box in the frame of the Gaussians. */
export type VoxelRange = readonly [number, number, number, number, number, number];

/** A grid of cubic voxels that holds a range. */
export interface SplatGrid {
  /** Voxels along x, y and z. */
  readonly dims: readonly [number, number, number];
  /** Low corner. */
  readonly origin: readonly [number, number, number];
  /** Edge of a voxel. */
  readonly voxelSize: number;
}

/** Voxels along the longest edge where no size is given. */
export const DEFAULT_VOXELS = 128;
/** Most voxels of a grid: 0.5 GiB of f32. */
export const MOST_VOXELS = 2 ** 27;
// Trained scenes have a few Gaussians far out.
const LEFT_OUT = 0.005;
const DEVIATIONS = 3;
// Rounding of a range that is a whole number of voxels long.
const SLACK = 1e-6;

/** Half edges of the box around a Gaussian's ellipsoid of one standard deviation, and its axes. */
export function boundsOfGaussian(
  { quaternions, logScales }: Splats,
  i: number,
  floor = 0,
): { readonly half: readonly number[]; readonly axes: readonly number[][]; scales: number[] } {
  const q = quaternions.subarray(4 * i, 4 * i + 4);
  const length = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
  const [w, x, y, z] = Array.from(q, (part) => part / length) as [number, number, number, number];
  // Columns of R: where the Gaussian's own axes point.
  const axes = [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
  ];
  // exp(40) is more than any scene and still finite as a square in f32's inverse.
  const scales = [0, 1, 2].map((k) =>
    Math.max(floor, Math.exp(Math.min(40, logScales[3 * i + k]!)))
  );
  const half = [0, 1, 2].map((k) => Math.hypot(...axes.map((axis, a) => axis[k]! * scales[a]!)));
  return { half, axes, scales };
}

/**
 * The box that holds the Gaussians out to three standard deviations, along each axis without the
 * outermost half percent at either end.
 */
export function rangeOf(splats: Splats): VoxelRange {
  const { count, positions } = splats;
  const ends = Array.from({ length: 6 }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    const { half } = boundsOfGaussian(splats, i);
    for (let k = 0; k < 3; k++) {
      ends[k]![i] = positions[3 * i + k]! - DEVIATIONS * half[k]!;
      ends[k + 3]![i] = positions[3 * i + k]! + DEVIATIONS * half[k]!;
    }
  }
  const skipped = Math.floor(LEFT_OUT * count);
  return ends.map((values, k) => {
    const sorted = values.sort();
    return sorted[k < 3 ? skipped : count - 1 - skipped]!;
  }) as unknown as VoxelRange;
}

/** The grid of a range; the last voxels may reach past it. Throws where it would be absurdly large. */
export function gridOf(range: VoxelRange, voxelSize?: number): SplatGrid {
  const edges = [0, 1, 2].map((k) => range[k + 3]! - range[k]!) as [number, number, number];
  if (!edges.every((edge) => Number.isFinite(edge) && edge > 0)) {
    throw new RangeError(
      `Cannot voxelize: the range is ${range.join(" ")}, X0 Y0 Z0 X1 Y1 Z1 with the first corner ` +
        "below the second are needed",
    );
  }
  const size = voxelSize ?? Math.max(...edges) / DEFAULT_VOXELS;
  if (!(size > 0 && Number.isFinite(size))) {
    throw new RangeError(`Cannot voxelize: the voxels' edge is ${size}, it must be positive`);
  }
  const dims = edges.map((edge) => Math.max(1, Math.ceil(edge / size - SLACK))) as [
    number,
    number,
    number,
  ];
  const voxels = dims[0] * dims[1] * dims[2];
  if (voxels > MOST_VOXELS) {
    const fitting = size * Math.cbrt(voxels / MOST_VOXELS);
    throw new RangeError(
      `Cannot voxelize: a range of ${edges.map(short).join(" x ")} in voxels of ${
        short(size)
      } is ` +
        `${dims.join(" x ")} = ${voxels} voxels, at most ${MOST_VOXELS} are possible: larger ` +
        `voxels (about ${short(1.01 * fitting)}) or a smaller range`,
    );
  }
  return { dims, origin: [range[0], range[1], range[2]], voxelSize: size };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
