import { pack, roomFor, unpack } from "../../../binding/packed.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { blocksOf, type VoxelGrid, voxelsOf } from "./voxel_grid.ts";
import { type VoxelPoints, voxelPoints } from "../points/voxel_points.ts";
import { markBlocks } from "../boxes/mark_blocks.ts";
import { packGradients } from "./voxel_gradients.ts";
import backwardSource from "./aggregate_backward.wgsl" with { type: "text" };
import narrowSource from "./aggregate_backward_narrow.wgsl" with { type: "text" };
import cornersSource from "./box_corners.wgsl" with { type: "text" };
import exponentSource from "./gaussian_exponent.wgsl" with { type: "text" };
import gradientsSource from "./aggregate_gradients.wgsl" with { type: "text" };
import gridSource from "./aggregate_grid.wgsl" with { type: "text" };
import packSource from "./pack_gaussians.wgsl" with { type: "text" };
import preciseSource from "./precise_exponent.wgsl" with { type: "text" };
import pointsSource from "./aggregate_points.wgsl" with { type: "text" };

const boxes: Snippet = {
  path: "gpu/ops/gaussian/aggregate/box_corners.wgsl",
  source: cornersSource,
};
const exponent: Snippet = {
  path: "gpu/ops/gaussian/aggregate/gaussian_exponent.wgsl",
  source: exponentSource,
};
const precise: Snippet = {
  path: "gpu/ops/gaussian/aggregate/precise_exponent.wgsl",
  source: preciseSource,
};
const packGaussians = new Kernel("gpu/ops/gaussian/aggregate/pack_gaussians.wgsl", packSource);
const aggregateGrid = new Kernel("gpu/ops/gaussian/aggregate/aggregate_grid.wgsl", gridSource, {
  include: [boxes, exponent],
});
const aggregatePoints = new Kernel(
  "gpu/ops/gaussian/aggregate/aggregate_points.wgsl",
  pointsSource,
  {
    include: [boxes, precise],
  },
);
const gradientsSnippet: Snippet = {
  path: "gpu/ops/gaussian/aggregate/aggregate_gradients.wgsl",
  source: gradientsSource,
};
const include = [gradientsSnippet, boxes, exponent, precise];
const aggregateBackward = new Kernel(
  "gpu/ops/gaussian/aggregate/aggregate_backward.wgsl",
  backwardSource,
  {
    include,
  },
);
const aggregateBackwardNarrow = new Kernel(
  "gpu/ops/gaussian/aggregate/aggregate_backward_narrow.wgsl",
  narrowSource,
  { include },
);

/** Gaussians to aggregate. */
export interface AggregationInputs {
  /** Centres [G, 3] in metres. */
  readonly means: Tensor;
  /** Inverse covariances [G, 6]: xx, yy, zz, xy, yz, xz. */
  readonly inverseCovariance: Tensor;
  /** sqrt(det(inverse covariance)) [G], 1 / (sx sy sz); null for the additive aggregation. */
  readonly density: Tensor | null;
  /** [G] */
  readonly opacities: Tensor;
  /** [G, channels], at most 21 channels. */
  readonly semantics: Tensor;
  /** The voxels that each may touch: i32 [G, 6] of `gaussianBoxes`. */
  readonly boxes: Tensor;
}

/** Where to evaluate: the centres of all voxels, or points [N, 3] (m). */
export interface AggregationPlaces {
  /** The voxels. */
  readonly grid: VoxelGrid;
  /** Points [N, 3] (m) instead of the centres of all voxels. */
  readonly points?: Tensor | undefined;
  /** Cells of the points, i32 [N, 3]; without it, those that they lie in. */
  readonly cells?: Tensor | undefined;
}

/** What an aggregation computes at each point; all but `y` are there for the probabilistic one only. */
export interface AggregationOutputs {
  readonly y: Tensor;
  readonly probability: Tensor;
  readonly transmittance: Tensor;
  readonly occupancy: Tensor;
  readonly density: Tensor;
}

/** An aggregation that has run, with what its backward pass needs. */
export interface Aggregation extends AggregationOutputs {
  /** Gradients of means, inverse covariance, density, opacities and semantics. */
  backward(
    dy: Tensor | null,
    doccupancy: Tensor | null,
    ddensity: Tensor | null,
  ): readonly (Tensor | null)[];
}

const MOST_CHANNELS = 21;

/** Runs an aggregation on the grid or at points; `additive` leaves out all that makes it a mixture. */
export function runAggregation(
  op: string,
  inputs: AggregationInputs,
  { grid, points, cells }: AggregationPlaces,
  { additive, fallback = 0, faded = false }: {
    readonly additive: boolean;
    readonly fallback?: number;
    /** Whether e is opacity exp(-d A d / 2) in occupancy and density; the gradients take it as 1. */
    readonly faded?: boolean;
  },
): Aggregation {
  const { means, inverseCovariance, opacities, semantics, boxes } = inputs;
  const { gaussians, channels } = checkShapes(op, {
    means: [means, "gaussians", 3],
    inverseCovariance: [inverseCovariance, "gaussians", 6],
    density: [inputs.density, "gaussians"],
    opacities: [opacities, "gaussians"],
    semantics: [semantics, "gaussians", "channels"],
    boxes: [boxes, "gaussians", 6],
    points: [points, "points", 3],
    cells: [cells, "points", 3],
  });
  if (channels < 1 || channels > MOST_CHANNELS) {
    throw new RangeError(
      `Cannot run ${op}: ${channels} channels, 1 to ${MOST_CHANNELS} are possible`,
    );
  }
  const { gpu } = means;
  const voxels = voxelsOf(op, grid);
  const count = points?.rows ?? voxels;
  const QUADS = Math.ceil((channels - 1) / 4);
  const ADDITIVE = Number(additive);
  const density = inputs.density ?? opacities;

  const records = Tensor.empty(gpu, [gaussians, 3 + QUADS, 4]);
  const corners = Tensor.empty(gpu, [gaussians, 2], "u32");
  packGaussians.dispatch(
    gpu,
    {
      means,
      inverse_covariance: inverseCovariance,
      density,
      opacities,
      semantics,
      boxes,
      records,
      corners,
    },
    { gaussians, channels, quads: QUADS },
    { threads: gaussians },
    { ADDITIVE, SCALED: Number(!points), FADED: Number(faded) },
  );
  const blocks = blocksOf(grid);
  const { marks, words } = markBlocks(boxes, grid);

  const y = Tensor.empty(gpu, [count, channels]);
  // Planes of one tensor, each of which begins where a binding may.
  const plane = additive ? 64 : Math.ceil(count / 64) * 64;
  const planes = Tensor.empty(gpu, [4, plane]);
  const planeOf = (i: number) =>
    planes.viewAt(planes.byteOffset + 4 * i * plane, [additive ? 4 : count]);
  const outputs: AggregationOutputs = {
    y,
    probability: planeOf(0),
    transmittance: planeOf(1),
    occupancy: planeOf(2),
    density: planeOf(3),
  };
  const sorted = points ? voxelPoints(op, points, cells ?? null, grid) : null;
  const constants = { ADDITIVE, QUADS };
  const uniforms = { size: grid.size, channels, blocks, words, fallback };
  if (sorted) {
    const { positions, voxels, order } = sorted;
    aggregatePoints.dispatch(
      gpu,
      { records, corners, marks, positions, voxels, order, y, planes },
      { ...uniforms, points: count, plane, nothing: 0 },
      { threads: count },
      constants,
    );
  } else {
    aggregateGrid.dispatch(
      gpu,
      { records, corners, marks, ...outputs },
      { ...uniforms, origin: grid.origin, cell: grid.cell },
      { groups: blocks[0] * blocks[1] * blocks[2] },
      constants,
    );
  }
  const packed = { records, corners, inverseCovariance, density, opacities };
  return {
    ...outputs,
    backward: (dy, doccupancy, ddensity) => {
      const centered = !additive && sorted !== null;
      const points = packGradients(outputs, { dy, doccupancy, ddensity }, { additive, centered });
      return gradients(packed, points, { grid, sorted, channels, additive, centered });
    },
  };
}

function gradients(
  { records, corners, inverseCovariance, density, opacities }: Readonly<
    Record<"records" | "corners" | "inverseCovariance" | "density" | "opacities", Tensor>
  >,
  points: Tensor,
  { grid, sorted, channels, additive, centered }: {
    readonly grid: VoxelGrid;
    readonly sorted: VoxelPoints | null;
    readonly channels: number;
    readonly additive: boolean;
    readonly centered: boolean;
  },
): readonly (Tensor | null)[] {
  const { gpu, rows: gaussians } = records;
  const QUADS = Math.ceil((channels - 1) / 4);
  const VALUES = 11 + 4 * QUADS;
  const dmeans = Tensor.empty(gpu, [gaussians, 3]);
  const dinverseCovariance = Tensor.empty(gpu, [gaussians, 6]);
  const ddensity = Tensor.empty(gpu, [gaussians]);
  const dopacities = Tensor.empty(gpu, [gaussians]);
  const dsemantics = Tensor.empty(gpu, [gaussians, channels]);
  const own = { inverse_covariance: inverseCovariance, factors: density, opacities };
  const places = {
    positions: sorted?.positions ?? opacities,
    order: sorted?.order ?? corners,
    starts: sorted?.starts ?? corners,
  };
  const results = {
    dmeans,
    dinverse_covariance: dinverseCovariance,
    dfactors: ddensity,
    dopacities,
    dsemantics,
  };
  const uniforms = { ...grid, channels, gaussians, nothing: 0 };
  const work = { groups: gaussians };
  const constants = {
    ADDITIVE: Number(additive),
    CENTERED: Number(centered),
    GRID: Number(sorted === null),
    QUADS,
    VALUES,
    SHARES: 64 * VALUES,
  };
  if (aggregateBackward.fits(gpu)) {
    const tensors = { records, corners, points, ...own, ...places, ...results };
    aggregateBackward.dispatch(gpu, tensors, uniforms, work, constants);
  } else {
    const [ownRoom, placesRoom] = [pack(gpu, own), pack(gpu, sorted ? places : {})];
    const room = roomFor(gpu, results);
    aggregateBackwardNarrow.dispatch(
      gpu,
      {
        records,
        corners,
        points,
        own: ownRoom.packed.as("f32"),
        sorted: placesRoom.packed,
        gradients: room.packed.as("f32"),
      },
      {
        ...uniforms,
        positions: 0,
        order: 0,
        starts: 0,
        ...ownRoom.at,
        ...placesRoom.at,
        ...room.at,
      },
      work,
      constants,
    );
    unpack(room, results);
  }
  return [dmeans, dinverseCovariance, additive ? null : ddensity, dopacities, dsemantics];
}
