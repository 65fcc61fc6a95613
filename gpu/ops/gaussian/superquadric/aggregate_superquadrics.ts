import { Kernel, type Snippet } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { recordAll } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { type VoxelPoints, voxelPoints } from "../points/voxel_points.ts";
import { markBlocks } from "../boxes/mark_blocks.ts";
import type { AggregationPlaces } from "../aggregate/aggregation.ts";
import type { ProbabilisticAggregation } from "../aggregate/aggregate_voxels_prob.ts";
import { packGradients } from "../aggregate/voxel_gradients.ts";
import { blocksOf, type VoxelGrid, voxelsOf } from "../aggregate/voxel_grid.ts";
import backwardSource from "./superquadric_backward.wgsl" with { type: "text" };
import gradientsSource from "./superquadric_gradients.wgsl" with { type: "text" };
import gridSource from "./superquadric_grid.wgsl" with { type: "text" };
import packSource from "./pack_superquadrics.wgsl" with { type: "text" };
import pointsSource from "./superquadric_points.wgsl" with { type: "text" };
import splitSource from "./split_sums.wgsl" with { type: "text" };
import superquadricSource from "./superquadric.wgsl" with { type: "text" };

const superquadric: Snippet = {
  path: "gpu/ops/gaussian/superquadric/superquadric.wgsl",
  source: superquadricSource,
};
const include = [superquadric];
const pack = new Kernel("gpu/ops/gaussian/superquadric/pack_superquadrics.wgsl", packSource);
const atPoints = new Kernel(
  "gpu/ops/gaussian/superquadric/superquadric_points.wgsl",
  pointsSource,
  {
    include,
  },
);
const onGrid = new Kernel("gpu/ops/gaussian/superquadric/superquadric_grid.wgsl", gridSource, {
  include,
});
const split = new Kernel("gpu/ops/gaussian/superquadric/split_sums.wgsl", splitSource);
const sumUp = new Kernel(
  "gpu/ops/gaussian/superquadric/superquadric_backward.wgsl",
  backwardSource,
  {
    include,
  },
);
const takeApart = new Kernel(
  "gpu/ops/gaussian/superquadric/superquadric_gradients.wgsl",
  gradientsSource,
);

/** Superquadrics to aggregate. */
export interface SuperquadricInputs {
  /** Centres [G, 3] in metres. */
  readonly means: Tensor;
  /** [G, 9]: rotation matrices row by row, `local = R (point - mean)`. */
  readonly rotations: Tensor;
  /** Half axes [G, 3] in metres. */
  readonly scales: Tensor;
  /** [G, 2]: u (across the local xy) and v (along z, and the fall-off everywhere), 0.1 to 2. */
  readonly exponents: Tensor;
  /** [G] */
  readonly opacities: Tensor;
  /** [G, channels], at most 21 channels. */
  readonly semantics: Tensor;
  /** The voxels that each may touch: i32 [G, 6] of `gaussianBoxes` or `superquadricBoxes`. */
  readonly boxes: Tensor;
}

/** How a superquadric aggregation runs. */
export interface SuperquadricOptions extends AggregationPlaces {
  /** Channels that are equal where nothing reaches, all if not given. */
  readonly classes?: number;
  /** Exponent f past which a pair is left out of everything: 30 in SuperOcc; 174 is where exp ends. */
  readonly cut?: number;
}

/** What superquadrics come to at each point. */
export interface SuperquadricMixture extends ProbabilisticAggregation {
  /** [points]: 1 - occupancy, to all its digits where that is near 1; without gradient of its own. */
  readonly free: Tensor;
}

/** Where exp(-f / 2) leaves the range of f32. */
const LARGEST_CUT = 174;
const MOST_CHANNELS = 21;

/**
 * Probabilistic aggregation of superquadrics (QuadricFormer, SuperOcc): with the local position X = R d,
 *
 *     f = ((Xx^2/sx^2)^(1/u) + (Xy^2/sy^2)^(1/u))^(u/v) + (Xz^2/sz^2)^(1/v),  p = exp(-f/2)
 *
 * over those whose box holds a point's voxel: occupancy 1 - prod(1 - p), density the sum of p, and
 * semantics mixed by weights p opacity; where these sum to no more than 1e-9, the first `classes`
 * channels are equal and the others 0. At u = v = 1 it is a Gaussian. Gradients flow from semantics,
 * occupancy and density to all inputs but the boxes; none is infinite or no number where the inputs
 * are finite.
 */
export function aggregateSuperquadrics(
  inputs: SuperquadricInputs,
  { grid, points, cells, classes, cut = LARGEST_CUT }: SuperquadricOptions,
): SuperquadricMixture {
  const op = "aggregateSuperquadrics";
  const { means, rotations, scales, exponents, opacities, semantics, boxes } = inputs;
  const { count, channels } = checkShapes(op, {
    means: [means, "count", 3],
    rotations: [rotations, "count", 9],
    scales: [scales, "count", 3],
    exponents: [exponents, "count", 2],
    opacities: [opacities, "count"],
    semantics: [semantics, "count", "channels"],
    boxes: [boxes, "count", 6],
    points: [points, "points", 3],
    cells: [cells, "points", 3],
  });
  if (channels < 1 || channels > MOST_CHANNELS) {
    throw new RangeError(
      `Cannot run ${op}: ${channels} channels, 1 to ${MOST_CHANNELS} are possible`,
    );
  }
  if (!(cut > 0 && cut <= LARGEST_CUT)) {
    throw new RangeError(`Cannot run ${op}: the cut is ${cut}, it must be in 0 to ${LARGEST_CUT}`);
  }
  const { gpu } = means;
  const voxels = voxelsOf(op, grid);
  const [mixed, occupancy, density, probability, free] = gpu.tidy(() => {
    const QUADS = Math.ceil((channels - 1) / 4);
    const records = Tensor.empty(gpu, [count, 6 + QUADS, 4]);
    pack.dispatch(
      gpu,
      { means, rotations, scales, exponents, opacities, semantics, boxes, records },
      { count, channels, quads: QUADS, cut },
      { threads: count },
    );
    const { marks, words } = markBlocks(boxes, grid);
    const sorted = points ? voxelPoints(op, points, cells ?? null, grid) : null;
    const outputs = mixtures(
      { records, marks },
      { grid, sorted, points: points?.rows ?? voxels, channels, words, cut, QUADS },
      Math.min(classes ?? channels, channels),
    );
    return recordAll(
      op,
      [means, rotations, scales, exponents, opacities, semantics],
      // Backward reads the last two, so they belong to this node.
      [outputs.y, outputs.occupancy, outputs.density, outputs.probability, outputs.transmittance],
      ([dy, doccupancy, ddensity], needs) => {
        const centered = sorted !== null;
        const packed = packGradients(outputs, {
          dy: dy ?? null,
          doccupancy: doccupancy ?? null,
          ddensity: ddensity ?? null,
        }, { additive: false, centered });
        return gradients({ records, points: packed }, { grid, sorted, channels, cut, QUADS })
          .map((gradient, i) => needs[i] ? gradient : null);
      },
    );
  });
  return {
    semantics: mixed!,
    occupancy: occupancy!,
    density: density!,
    probability: probability!,
    free: free!,
  };
}

interface Run {
  readonly grid: VoxelGrid;
  readonly sorted: VoxelPoints | null;
  readonly channels: number;
  readonly cut: number;
  readonly QUADS: number;
}

function mixtures(
  { records, marks }: Readonly<Record<"records" | "marks", Tensor>>,
  { grid, sorted, points, channels, words, cut, QUADS }: Run & {
    readonly points: number;
    readonly words: number;
  },
  fallback: number,
): Record<"y" | "probability" | "transmittance" | "occupancy" | "density", Tensor> {
  const { gpu } = records;
  const y = Tensor.empty(gpu, [points, channels]);
  const sums = Tensor.empty(gpu, [points, 4]);
  const blocks = blocksOf(grid);
  const uniforms = { size: grid.size, channels, blocks, words, fallback, cut };
  if (sorted) {
    const { positions, voxels, order } = sorted;
    atPoints.dispatch(
      gpu,
      { records, marks, positions, voxels, order, y, sums },
      { ...uniforms, points },
      { threads: points },
      { QUADS },
    );
  } else {
    onGrid.dispatch(
      gpu,
      { records, marks, y, sums },
      { ...uniforms, origin: grid.origin, cell: grid.cell },
      { groups: blocks[0] * blocks[1] * blocks[2] },
      { QUADS },
    );
  }
  const each = () => Tensor.empty(gpu, [points]);
  const parts = {
    probability: each(),
    transmittance: each(),
    occupancy: each(),
    density: each(),
  };
  split.dispatch(gpu, { sums, ...parts }, { points }, { threads: points });
  return { y, ...parts };
}

function gradients(
  { records, points }: Readonly<Record<"records" | "points", Tensor>>,
  { grid, sorted, channels, cut, QUADS }: Run,
): Tensor[] {
  const { gpu, rows: count } = records;
  const VALUES = 20 + 4 * QUADS;
  const totals = Tensor.empty(gpu, [count, VALUES]);
  const unused = Tensor.empty(gpu, [1], "u32");
  sumUp.dispatch(
    gpu,
    {
      records,
      points,
      positions: sorted?.positions ?? records,
      order: sorted?.order ?? unused,
      starts: sorted?.starts ?? unused,
      totals,
    },
    { ...grid, channels, count, cut },
    { groups: count },
    {
      GRID: Number(sorted === null),
      CENTERED: Number(sorted !== null),
      QUADS,
      VALUES,
      SHARES: 64 * VALUES,
    },
  );
  const like = (...shape: number[]) => Tensor.empty(gpu, [count, ...shape]);
  const results = {
    dmeans: like(3),
    drotations: like(9),
    dscales: like(3),
    dexponents: like(2),
    dopacities: like(),
    dsemantics: like(channels),
  };
  takeApart.dispatch(
    gpu,
    { records, totals, ...results },
    { count, channels, quads: QUADS },
    { threads: count },
  );
  const { dmeans, drotations, dscales, dexponents, dopacities, dsemantics } = results;
  return [dmeans, drotations, dscales, dexponents, dopacities, dsemantics];
}
