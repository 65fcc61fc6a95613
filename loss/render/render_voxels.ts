import { multiply } from "../../gpu/ops/array/elementwise/binary.ts";
import { concat } from "../../gpu/ops/array/move/concat.ts";
import { transpose } from "../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../gpu/ops/array/move/reshape.ts";
import { slice } from "../../gpu/ops/array/move/slice.ts";
import { gatherRows } from "../../gpu/ops/array/rows/gather_rows.ts";
import {
  type ChannelGaussians,
  rasterizeChannels,
} from "../../gpu/ops/gaussian/rasterize/rasterize_channels.ts";
import type { VoxelGrid } from "../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { rasterCamera, type RenderView, seenFrom } from "./render_view.ts";

/** Voxels to be drawn, predicted and true, in the order of their grid. */
export interface RenderedVoxels {
  /** Probabilities [classes, voxels]. */
  readonly probabilities: Tensor;
  /** Opacities [voxels] of the predicted ones, in [0, 1]. */
  readonly opacities: Tensor;
  /** True class of each voxel. */
  readonly labels: ArrayLike<number>;
  /** Class of what is empty; also what lies behind everything. */
  readonly empty: number;
  /** Label of voxels that are drawn neither as predicted nor as true. */
  readonly ignored: number;
  /** The grid that they are in. */
  readonly grid: VoxelGrid;
  /** Standard deviation in metres of the Gaussian that stands for a voxel. */
  readonly deviation: number;
}

/** What a view shows of voxels. */
export interface VoxelPicture {
  /** Mixed classes [classes, height, width]. */
  readonly colour: Tensor;
  /** Sum of z alpha T in metres [height, width], not divided by the coverage. */
  readonly depth: Tensor;
}

/** One view of the predicted and of the true voxels. */
export interface RenderedPair {
  /** With gradients by probabilities and opacities. */
  readonly predicted: VoxelPicture;
  /** Without. */
  readonly truth: VoxelPicture;
  /** 1 for each voxel that was drawn as predicted, [voxels]. */
  readonly used: Uint8Array;
}

/**
 * Draws voxels as round Gaussians, as GaussRender does (arXiv 2502.05040): predicted ones in their mixed
 * classes, empty ones too, and of the same voxels those that are not empty in their true class, opaque.
 */
export async function renderVoxels(
  voxels: RenderedVoxels,
  view: RenderView,
): Promise<RenderedPair> {
  const { probabilities, opacities, labels, empty, ignored } = voxels;
  const { gpu } = probabilities;
  const centres = voxelCentres(voxels.grid);
  const count = centres.length / 3;
  const { classes } = checkShapes("renderVoxels", {
    probabilities: [probabilities, "classes", count],
    opacities: [opacities, count],
  });
  checkLabels(voxels, count, classes);

  const { depths, counts } = seenFrom(view, centres);
  const used = counts.map((seen, i) => seen && Number(labels[i] !== ignored));
  const filled = Float32Array.from(
    { length: count },
    (_, i) => Number(used[i] === 1 && labels[i] !== empty),
  );
  const z = Tensor.from(gpu, depths, [count, 1]);
  const shared = {
    means: Tensor.from(gpu, Float32Array.from(centres), [count, 3]),
    scales: Tensor.from(gpu, new Float32Array(3 * count).fill(voxels.deviation), [count, 3]),
    rotations: Tensor.from(
      gpu,
      new Float32Array(4 * count).map((_, i) => Number(i % 4 === 0)),
      [count, 4],
    ),
  };
  const draw = (colours: Tensor, opacities: Tensor) =>
    picture({ ...shared, opacities }, concat([colours, z], 1), view, empty);
  const mask = Tensor.from(gpu, Float32Array.from(used), [count]);
  return {
    predicted: await draw(transpose(probabilities), multiply(opacities, mask)),
    truth: await draw(
      oneHot(voxels, classes),
      Tensor.from(gpu, filled, [count]),
    ),
    used,
  };
}

async function picture(
  gaussians: ChannelGaussians,
  channels: Tensor,
  view: RenderView,
  empty: number,
): Promise<VoxelPicture> {
  const classes = channels.shape[1]! - 1;
  const background = Array.from({ length: classes + 1 }, (_, c) => Number(c === empty));
  const drawn = await rasterizeChannels(gaussians, channels, rasterCamera(view), { background });
  const [, height, width] = drawn.shape as [number, number, number];
  return {
    colour: slice(drawn, 0, 0, classes),
    depth: reshape(slice(drawn, 0, classes), [height, width]),
  };
}

/** Centres [voxels, 3] in metres. */
function voxelCentres({ size: [X, Y, Z], origin, cell }: VoxelGrid): Float64Array {
  const centres = new Float64Array(3 * X * Y * Z);
  for (let i = 0; i < X * Y * Z; i++) {
    const place = [Math.floor(i / (Y * Z)), Math.floor(i / Z) % Y, i % Z];
    for (let k = 0; k < 3; k++) centres[3 * i + k] = origin[k]! + (place[k]! + 0.5) * cell;
  }
  return centres;
}

/** Rows [voxels, classes] with a 1 each, that of voxels left out for the empty class. */
function oneHot(
  { probabilities: { gpu }, labels, empty, ignored }: RenderedVoxels,
  classes: number,
): Tensor {
  const unit = new Float32Array(classes * classes);
  for (let c = 0; c < classes; c++) unit[c * classes + c] = 1;
  const rows = Uint32Array.from(
    { length: labels.length },
    (_, i) => labels[i] === ignored ? empty : labels[i]!,
  );
  return gatherRows(
    Tensor.from(gpu, unit, [classes, classes]),
    Tensor.from(gpu, rows, [rows.length], "u32"),
  );
}

function checkLabels(
  { labels, empty, ignored }: RenderedVoxels,
  count: number,
  classes: number,
): void {
  if (labels.length !== count) {
    throw new RangeError(
      `Cannot run renderVoxels: there are ${labels.length} labels, ${count} are needed, one for each voxel`,
    );
  }
  if (!(Number.isInteger(empty) && empty >= 0 && empty < classes)) {
    throw new RangeError(
      `Cannot run renderVoxels: the empty class is ${empty}, 0 to ${classes - 1} are possible`,
    );
  }
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (label !== ignored && !(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `Cannot run renderVoxels: the label of voxel ${i} is ${label}, 0 to ${
          classes - 1
        } or ${ignored} are possible`,
      );
    }
  }
}
