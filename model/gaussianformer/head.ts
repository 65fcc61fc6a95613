import { reshape } from "../../gpu/ops/array/reshape.ts";
import { combineOccupancy } from "../../gpu/ops/gaussian/combine_occupancy.ts";
import { inverseCovariance } from "../../gpu/ops/gaussian/covariance.ts";
import { gaussianBoxes } from "../../gpu/ops/gaussian/gaussian_boxes.ts";
import type { Refined } from "../../gpu/ops/gaussian/refine.ts";
import { splatVoxelsProb } from "../../gpu/ops/gaussian/splat_voxels_prob.ts";
import type { VoxelGrid } from "../../gpu/ops/gaussian/voxel_grid.ts";
import { softmax } from "../../gpu/ops/nn/softmax.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { Module } from "../module.ts";
import { type GaussianFormerConfig, gridDims } from "./config.ts";

/** Splats Gaussians into voxels: occupancy from their shapes, semantics from their mixture. */
export class Head extends Module {
  readonly #grid: VoxelGrid;
  readonly #multiplier: number;

  constructor({ occupancy, head }: GaussianFormerConfig) {
    super();
    const [x, y, z] = occupancy.range;
    this.#grid = { size: gridDims(occupancy), origin: [x, y, z], cell: occupancy.voxel };
    this.#multiplier = head.scaleMultiplier;
  }

  /** Probabilities [classes + 1, voxels], the last of them is "empty". */
  forward({ means, scales, rotations, opacities, semantics }: Refined): Tensor {
    const count = means.rows;
    const grid = this.#grid;
    const boxes = gaussianBoxes(means, scales, grid, { multiplier: this.#multiplier, smallest: 1 });
    const shape = inverseCovariance(scales, rotations);
    const mixed = splatVoxelsProb({
      means,
      inverseCovariance: shape.inverse,
      density: shape.density,
      opacities: reshape(opacities, [count]),
      semantics: softmax(semantics),
      boxes,
    }, { grid });
    return combineOccupancy(mixed.semantics, mixed.occupancy);
  }
}
