import type { Vector } from "./vector3.ts";
import { Kernel } from "../../kernel.ts";
import { sizeOf, Tensor } from "../../tensor.ts";
import { type Stage, stageSnippet, stageUniforms } from "./stage.ts";
import source from "./voxel_view.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/view/voxel_view.wgsl", source, { include: [stageSnippet] });

/** Where voxels lie: x slowest, z fastest. */
export interface ViewGrid {
  /** Voxels along each axis. */
  readonly dims: readonly [number, number, number];
  /** Low corner, metres. */
  readonly origin: Vector;
  /** Edge of a voxel, metres. */
  readonly cell: number;
}

/** A pinhole camera; right, down and forward are of length one and at right angles. */
export interface ViewCamera {
  /** Pixels of the picture. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Tangents of half the field of view, across and down. */
  readonly tangents: readonly [number, number];
  /** In the frame of the grid, metres. */
  readonly position: Vector;
  /** Unit vector to the right of the picture. */
  readonly right: Vector;
  /** Unit vector down the picture. */
  readonly down: Vector;
  /** Unit vector into the picture. */
  readonly forward: Vector;
}

/**
 * A picture of voxels, u32 [height, width] with red in the lowest byte and alpha 255: cubes in the
 * colours of `palette` (f32 [classes, 3], 0 to 1), lit by their side. Labels (u32 [voxels]) past the
 * palette are empty space. Lines of a stage lie on voxels about as high as the ground.
 */
export function voxelView(
  labels: Tensor,
  palette: Tensor,
  { grid, camera, background = [1, 1, 1], samples = 2, stage }: {
    readonly grid: ViewGrid;
    readonly camera: ViewCamera;
    readonly background?: Vector;
    /** Rays of a pixel along each axis. */
    readonly samples?: number;
    readonly stage?: Stage | undefined;
  },
): Tensor {
  const { dims, origin, cell } = grid;
  const { width, height, tangents, position, right, down, forward } = camera;
  if (labels.dtype !== "u32" || labels.size !== sizeOf([...dims])) {
    throw new RangeError(
      `Cannot run voxelView: labels are ${labels.dtype} [${labels.shape}], u32 of ${
        dims.join(" x ")
      } voxels are needed`,
    );
  }
  if (palette.shape.length !== 2 || palette.shape[1] !== 3) {
    throw new RangeError(`Cannot run voxelView: palette is [${palette.shape}], not [classes, 3]`);
  }
  const picture = Tensor.empty(labels.gpu, [height, width], "u32");
  kernel.dispatch(
    labels.gpu,
    { labels, palette, picture },
    {
      size: [width, height],
      classes: palette.shape[0]!,
      dims,
      origin,
      cell,
      position,
      forward,
      across: right.map((part) => part * tangents[0]),
      down: down.map((part) => part * tangents[1]),
      background,
      ...stageUniforms(stage, camera),
    },
    { threads: width * height },
    { SAMPLES: samples },
  );
  return picture;
}
