import { unit, type Vector } from "./vector3.ts";
import type { Gpu } from "../../device.ts";
import { Kernel } from "../../kernel.ts";
import { Tensor } from "../../tensor.ts";
import type { ViewCamera } from "./voxel_view.ts";
import { type Stage, stageSnippet, stageUniforms } from "./stage.ts";
import source from "./ellipsoid_view.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/view/ellipsoid_view.wgsl", source, { include: [stageSnippet] });

/** Ellipsoids on the host, row by row, in the frame of the camera's position. */
export interface Ellipsoids {
  /** Centres [n, 3]. */
  readonly means: Float32Array;
  /** Lengths of the half axes [n, 3]. */
  readonly radii: Float32Array;
  /** Quaternions [n, 4] (w, x, y, z), not of length 0; the axes are the rows of R, as GaussianFormer's. */
  readonly rotations: Float32Array;
  /** Red, green, blue and alpha, 0 to 1 [n, 4]. */
  readonly colours: Float32Array;
}

const TILE = 16;
// 256 MiB of list; only a camera amid huge ellipsoids has that many.
const MOST_PAIRS = 2 ** 26;
// From behind, above and a little from the left, as voxels are lit.
const LIGHT = unit([-0.35, -0.5, 0.8]);

/**
 * A picture of ellipsoids with their surfaces lit, u32 [height, width] with red in the lowest byte and
 * alpha 255; they are blended in the order of their centres' depths. Lines of a stage lie on the ground among them.
 */
export function ellipsoidView(
  gpu: Gpu,
  ellipsoids: Ellipsoids,
  { camera, background = [1, 1, 1], samples = 2, stage }: {
    readonly camera: ViewCamera;
    readonly background?: Vector;
    /** Rays of a pixel along each axis. */
    readonly samples?: number;
    readonly stage?: Stage | undefined;
  },
): Tensor {
  const { width, height, tangents, right, down, forward } = camera;
  checkLengths(ellipsoids);
  const [columns, rows] = [Math.ceil(width / TILE), Math.ceil(height / TILE)];
  const { starts, list } = tileLists(ellipsoids, camera, columns, rows);
  const picture = Tensor.empty(gpu, [height, width], "u32");
  using _scratch = gpu.scope();
  kernel.dispatch(
    gpu,
    {
      records: Tensor.from(gpu, recordsOf(ellipsoids, camera)),
      starts: Tensor.from(gpu, starts),
      list: Tensor.from(gpu, list.length ? list : new Uint32Array(1)),
      picture,
    },
    {
      size: [width, height],
      columns,
      forward,
      across: right.map((part) => part * tangents[0]),
      down: down.map((part) => part * tangents[1]),
      light: LIGHT,
      background,
      ...stageUniforms(stage, camera),
    },
    { groups: columns * rows },
    { SAMPLES: samples },
  );
  return picture;
}

function checkLengths({ means, radii, rotations, colours }: Ellipsoids): void {
  const count = means.length / 3;
  if (
    !Number.isInteger(count) || radii.length !== 3 * count || rotations.length !== 4 * count ||
    colours.length !== 4 * count
  ) {
    throw new RangeError(
      `Cannot run ellipsoidView: there are ${means.length} numbers of centres, ${radii.length} of ` +
        `radii, ${rotations.length} of rotations and ${colours.length} of colours, 3, 3, 4 and 4 ` +
        "an ellipsoid are needed",
    );
  }
}

/** What the kernel reads of each: centre from the camera, shape, colour. */
function recordsOf(
  { means, radii, rotations, colours }: Ellipsoids,
  { position }: ViewCamera,
): Float32Array {
  const count = means.length / 3;
  const records = new Float32Array(16 * Math.max(1, count));
  for (let i = 0; i < count; i++) {
    const axes = rowsOf(rotations.subarray(4 * i, 4 * i + 4));
    const shape = (a: number, b: number) =>
      axes.reduce((sum, axis, k) => sum + axis[a]! * axis[b]! / radii[3 * i + k]! ** 2, 0);
    records.set([
      means[3 * i]! - position[0],
      means[3 * i + 1]! - position[1],
      means[3 * i + 2]! - position[2],
      colours[4 * i + 3]!,
      shape(0, 0),
      shape(1, 1),
      shape(2, 2),
      shape(0, 1),
      shape(1, 2),
      shape(0, 2),
      0,
      0,
      ...colours.subarray(4 * i, 4 * i + 3),
    ], 16 * i);
  }
  return records;
}

/** Which ellipsoids each tile of pixels may show, the nearest first. */
function tileLists(
  { means, radii }: Ellipsoids,
  camera: ViewCamera,
  columns: number,
  rows: number,
): { starts: Uint32Array; list: Uint32Array } {
  const { position, right, down, forward, tangents, width, height } = camera;
  const count = means.length / 3;
  const depths = new Float64Array(count);
  const boxes = new Int32Array(4 * count);
  const starts = new Uint32Array(columns * rows + 1);
  const each = (i: number, body: (tile: number) => void) => {
    const [left, top, last, bottom] = boxes.subarray(4 * i, 4 * i + 4) as unknown as number[];
    for (let y = top!; y <= bottom!; y++) {
      for (let x = left!; x <= last!; x++) body(y * columns + x);
    }
  };
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    const from = [0, 1, 2].map((k) => means[3 * i + k]! - position[k]!);
    const along = (axis: Vector) => from[0]! * axis[0] + from[1]! * axis[1] + from[2]! * axis[2];
    const radius = Math.max(radii[3 * i]!, radii[3 * i + 1]!, radii[3 * i + 2]!);
    const depth = depths[i] = along(forward);
    const tiles = (axis: Vector, tangent: number, pixels: number, most: number) => {
      const [low, high] = span(along(axis), depth, radius);
      const tileOf = (slope: number) => Math.floor((slope / tangent + 1) / 2 * pixels / TILE);
      return [Math.max(0, tileOf(low)), Math.min(most - 1, tileOf(high))] as const;
    };
    const [left, last] = tiles(right, tangents[0], width, columns);
    const [top, bottom] = tiles(down, tangents[1], height, rows);
    // NaN compares as false, so what is not finite is in no tile.
    const seen = depth > -radius && left <= last && top <= bottom;
    boxes.set(seen ? [left, top, last, bottom] : [0, 0, -1, -1], 4 * i);
    if (seen) pairs += (last - left + 1) * (bottom - top + 1);
  }
  if (pairs > MOST_PAIRS) {
    throw new RangeError(
      `Cannot run ellipsoidView: the ellipsoids cover ${pairs} tiles of pixels, at most ${MOST_PAIRS} ` +
        "are possible, a camera further away or smaller ellipsoids make fewer",
    );
  }
  const order = Uint32Array.from({ length: count }, (_, i) => i)
    .sort((a, b) => depths[a]! - depths[b]! || a - b);
  for (let i = 0; i < count; i++) each(i, (tile) => starts[tile + 1]!++);
  for (let tile = 0; tile < columns * rows; tile++) starts[tile + 1]! += starts[tile]!;
  const list = new Uint32Array(pairs);
  const next = starts.slice();
  for (const i of order) each(i, (tile) => list[next[tile]!++] = i);
  return { starts, list };
}

/** Least and greatest slope of rays that meet a ball, everything where the camera may be inside. */
function span(place: number, depth: number, radius: number): [number, number] {
  const [near, far] = [depth - radius, depth + radius];
  if (near <= 0) return [-Infinity, Infinity];
  const [low, high] = [place - radius, place + radius];
  return [Math.min(low / near, low / far), Math.max(high / near, high / far)];
}

function rowsOf(quaternion: Float32Array): Vector[] {
  const [a, b, c, d] = quaternion as unknown as [number, number, number, number];
  const length = Math.hypot(a, b, c, d);
  const [w, x, y, z] = [a / length, b / length, c / length, d / length];
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}
