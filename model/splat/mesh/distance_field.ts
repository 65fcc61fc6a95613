import type { DistanceGrid } from "../../../data/meshes/surface_nets.ts";
import { inRows } from "../../../gpu/binding/rows.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Kernel } from "../../../gpu/kernel.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { SplatGrid } from "../voxels/voxel_range.ts";
import source from "./integrate.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/mesh/integrate.wgsl", source);

/** What one view shows. */
export interface DepthView {
  /** Light over black, f32 [3, height, width]. */
  readonly image: Tensor;
  /** Sum of what each Gaussian shows over its depth, f32 [1, height, width]. */
  readonly inverseDepth: Tensor;
  /** Light left behind all of them, f32 [height, width]. */
  readonly remaining: Tensor;
  /** A pinhole camera. */
  readonly camera: RasterCamera;
}

/** A truncated signed distance field over a grid of voxels, the mean of what views say of it. */
export class DistanceField {
  /** [z, y, x, 2] sums of distances and of views. */
  readonly #distances: Tensor;
  /** [z, y, x, 4] sums of colours and of views. */
  readonly #colours: Tensor;

  /** `truncation` is the distance from a surface, in the grid's units, up to which it is known. */
  constructor(
    gpu: Gpu,
    private readonly grid: SplatGrid,
    private readonly truncation: number,
  ) {
    const [x, y, z] = grid.dims;
    this.#distances = gpu.lasting(() => Tensor.zeros(gpu, [z, y, x, 2]));
    this.#colours = gpu.lasting(() => Tensor.zeros(gpu, [z, y, x, 4]));
  }

  /** Adds what a view shows. */
  integrate({ image, inverseDepth, remaining, camera }: DepthView): void {
    checkShapes("integrate", {
      image: [image, 3, "height", "width"],
      inverseDepth: [inverseDepth, 1, "height", "width"],
      remaining: [remaining, "height", "width"],
    });
    const { gpu } = image;
    const { width, height, tangents, centre = [0, 0], view } = camera;
    const { dims, origin, voxelSize } = this.grid;
    const row = (i: number) => [0, 1, 2, 3].map((k) => view[4 * i + k]!);
    const focal = [width / (2 * tangents[0]), height / (2 * tangents[1])];
    const middle = [width * (1 + centre[0]) / 2, height * (1 + centre[1]) / 2];
    const volume = { distances: this.#distances, colours: this.#colours };
    inRows(dims[2], volume, (pieces, slices, first) => {
      const count = slices * dims[0] * dims[1];
      kernel.dispatch(gpu, { image, inverse_depth: inverseDepth, remaining, ...pieces }, {
        view0: row(0),
        view1: row(1),
        view2: row(2),
        view3: row(3),
        pinhole: [...focal, ...middle],
        origin,
        voxel: voxelSize,
        size: [width, height],
        dims: [dims[0], dims[1]],
        first,
        count,
        truncation: this.truncation,
      }, { threads: count });
    }, { step: 1 });
  }

  /** Reads the field; voxels that fewer than `least` views say something of are unknown. */
  async read({ least }: { readonly least: number }): Promise<DistanceGrid> {
    const sums = await this.#distances.read("f32");
    const light = await this.#colours.read("f32");
    const voxels = sums.length / 2;
    const distances = new Float32Array(voxels);
    const colours = new Uint8Array(3 * voxels);
    for (let i = 0; i < voxels; i++) {
      const views = sums[2 * i + 1]!;
      distances[i] = views >= least ? sums[2 * i]! / views : NaN;
      const of = light[4 * i + 3]!;
      if (!of) continue;
      for (let c = 0; c < 3; c++) {
        colours[3 * i + c] = Math.min(255, Math.max(0, 255 * light[4 * i + c]! / of + 0.5));
      }
    }
    return { ...this.grid, distances, colours };
  }

  /** Gives the memory back. */
  release(): void {
    this.#distances.release();
    this.#colours.release();
  }
}
