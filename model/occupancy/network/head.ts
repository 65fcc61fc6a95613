import { permute } from "../../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { combineOccupancy } from "../../../gpu/ops/gaussian/aggregate/combine_occupancy.ts";
import { inverseCovariance } from "../../../gpu/ops/gaussian/covariance.ts";
import { gaussianBoxes } from "../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import type { Refined } from "../anchor/refine.ts";
import { aggregateVoxels } from "../../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { aggregateVoxelsProb } from "../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import type { VoxelGrid } from "../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { rotationMatrix } from "../../../gpu/ops/gaussian/rotation.ts";
import { superquadricBoxes } from "../../../gpu/ops/gaussian/boxes/superquadric_boxes.ts";
import { aggregateSuperquadrics } from "../../../gpu/ops/gaussian/superquadric/aggregate_superquadrics.ts";
import { softmax } from "../../../gpu/ops/nn/softmax.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { Module } from "../../module.ts";
import type { AdditiveHeadConfig, AnchorModelConfig } from "../config/anchor_config.ts";
import { gridDims } from "../config/model_config.ts";
import { noTrace, type Trace } from "./trace.ts";
import { withZeroColumn } from "./classes.ts";

/** What a head makes of a block's Gaussians. */
export interface Aggregated {
  /** Class logits (additive) or probabilities [classes, voxels], in the order of the labels. */
  readonly scores: Tensor;
  /** Probability [voxels] that a voxel is not empty, where the scores do not say so themselves. */
  readonly occupied: Tensor | null;
  /** The same probability, whatever the scores say; null of an additive head. */
  readonly occupancy: Tensor | null;
}

/** Aggregates Gaussians into voxels. */
export class Head extends Module {
  /** Semantics of the empty Gaussian, if there is one. */
  readonly emptyScalar: Parameter | null;
  readonly #grid: VoxelGrid;
  readonly #config: AnchorModelConfig["head"];
  readonly #classes: number;
  readonly #empty: number;

  constructor(init: Initializer, { occupancy, head, legacy, task }: AnchorModelConfig) {
    super();
    const [x, y, z] = occupancy.range;
    this.#grid = { size: gridDims(occupancy), origin: [x, y, z], cell: occupancy.voxel };
    this.#config = head;
    this.#classes = task.classes.length;
    this.#empty = task.empty;
    this.emptyScalar = head.kind === "additive" && head.empty
      ? init.constant([1], legacy ? 1 : 10)
      : null;
  }

  forward(gaussians: Refined, trace: Trace = noTrace, name = "head"): Aggregated {
    const head = this.#config;
    const { means, scales, rotations } = gaussians;
    const boxes = gaussianBoxes(means, scales, this.#grid, {
      multiplier: head.scaleMultiplier,
      smallest: head.kind === "additive" ? 0 : 1,
      perAxis: head.kind === "probabilistic" && head.perAxis,
    });
    if (head.kind === "superquadric") return this.#mixShapes(gaussians, boxes, trace, name);
    const shape = inverseCovariance(scales, rotations);
    trace(`${name}.boxes`, boxes);
    trace(`${name}.covinv6`, shape.inverse);
    return head.kind === "additive"
      ? this.#add(gaussians, shape.inverse, boxes, head)
      : this.#mix(gaussians, { ...shape, boxes }, head.combine, trace, name);
  }

  #add(
    { means, opacities, semantics }: Refined,
    inverse: Tensor,
    boxes: Tensor,
    { empty }: AdditiveHeadConfig,
  ): Aggregated {
    const { gpu } = means;
    const [count, channels] = semantics.shape as [number, number];
    const logits = aggregateVoxels({
      means,
      inverseCovariance: inverse,
      opacities: opacities.size
        ? reshape(opacities, [count])
        : Tensor.from(gpu, new Float32Array(count).fill(1)),
      semantics: channels < this.#classes ? withZeroColumn(semantics, this.#empty) : semantics,
      boxes,
    }, {
      grid: this.#grid,
      empty: empty ? { ...empty, value: this.emptyScalar!.value, channel: this.#empty } : undefined,
    });
    return { scores: permute(logits, [1, 0]), occupied: null, occupancy: null };
  }

  #mixShapes(
    { means, scales, rotations, exponents, opacities, semantics }: Refined,
    cubes: Tensor,
    trace: Trace,
    name: string,
  ): Aggregated {
    const head = this.#config;
    const shapes = {
      means,
      rotations: reshape(rotationMatrix(rotations), [means.rows, 9]),
      scales,
      exponents: exponents!,
    };
    const tight = head.kind === "superquadric" && head.tight;
    const boxes = tight ? superquadricBoxes(shapes, this.#grid) : cubes;
    trace(`${name}.boxes`, boxes);
    const mixed = aggregateSuperquadrics({
      ...shapes,
      opacities: reshape(opacities, [means.rows]),
      semantics: softmax(semantics),
      boxes,
    }, { grid: this.#grid });
    trace(`${name}.bin_logits`, mixed.occupancy);
    trace(`${name}.density`, mixed.density);
    trace(`${name}.probability`, mixed.probability);
    const { semantics: classes, occupancy, free } = mixed;
    const scores = combineOccupancy(classes, occupancy, { empty: this.#empty, free });
    return { scores, occupied: null, occupancy };
  }

  #mix(
    { means, opacities, semantics }: Refined,
    { inverse, density, boxes }: Readonly<Record<"inverse" | "density" | "boxes", Tensor>>,
    combine: boolean,
    trace: Trace,
    name: string,
  ): Aggregated {
    const mixed = aggregateVoxelsProb({
      means,
      inverseCovariance: inverse,
      density,
      opacities: reshape(opacities, [means.rows]),
      semantics: softmax(semantics),
      boxes,
    }, { grid: this.#grid });
    trace(`${name}.bin_logits`, mixed.occupancy);
    trace(`${name}.density`, mixed.density);
    trace(`${name}.probability`, mixed.probability);
    const { semantics: classes, occupancy } = mixed;
    if (combine) {
      const empty = this.#empty;
      return { scores: combineOccupancy(classes, occupancy, { empty }), occupied: null, occupancy };
    }
    const scores = permute(withZeroColumn(classes, this.#empty), [1, 0]);
    return { scores, occupied: occupancy, occupancy };
  }
}
