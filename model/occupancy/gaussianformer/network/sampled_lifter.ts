import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { rayPoints, type Rays } from "../../../../gpu/ops/camera/rays/ray_points.ts";
import { rayTargets } from "../../../../gpu/ops/camera/rays/ray_targets.ts";
import { sampleDepths } from "../../../../gpu/ops/camera/rays/sample_depths.ts";
import { farthestPoints } from "../../../../gpu/ops/gaussian/points/farthest_points.ts";
import { encodePosition } from "../../anchor/position.ts";
import { randomSubset } from "../../../../gpu/ops/gaussian/points/random_subset.ts";
import { spreadPoints } from "../../../../gpu/ops/gaussian/points/spread_points.ts";
import { compact } from "../../../../gpu/parallel/compact.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";
import { anchorTable } from "../../network/anchor_init.ts";
import { countedClasses } from "../../../../data/occupancy/task.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { gridDims } from "../../config/model_config.ts";
import type { SampledLifterConfig } from "../../config/anchor_config.ts";
import type { Lifted, Lifter } from "../../network/learned_lifter.ts";
import type { CameraBatch, PixelDistributions } from "../../network/occupancy_network.ts";
import { DepthNetwork } from "./depth_network.ts";
import { pictureByPicture } from "../../network/picture_by_picture.ts";
import { PARTS, silent, type Tell } from "../../network/progress.ts";
import { noTrace, type Trace } from "../../network/trace.ts";

/** Depths of the first and the last bin of the original, metres. */
const DEPTHS = [1, 72] as const;

/**
 * GaussianFormer-2's lifter: draws a depth for each pixel from a predicted distribution, spreads the
 * Gaussians over these points and adds learned ones. Points carry no gradient.
 */
export class SampledLifter extends Module implements Lifter {
  /** Scale, quaternion, opacity and semantics of the sampled Gaussians. */
  readonly anchor: Parameter;
  readonly randomAnchors: Parameter;
  /** First features of the Gaussians where they are trained; else these are zero. */
  readonly instanceFeature: Parameter | null;
  readonly initializeBackbone: DepthNetwork;
  /** A ReLU stands before it in the reference, which does nothing after another one. */
  readonly projection: [null, Linear];
  readonly #config: GaussianFormerConfig;
  readonly #lifter: SampledLifterConfig;

  constructor(init: Initializer, config: GaussianFormerConfig, lifter: SampledLifterConfig) {
    super();
    const { gaussians, encoder } = config;
    const { opacity, semantics } = gaussians;
    const table = { scales: "middle", start: 0.5, opacity, semantics } as const;
    this.anchor = anchorTable(init, lifter.count, { ...table, positions: false });
    this.anchor.trainable = lifter.trainAnchors;
    this.randomAnchors = anchorTable(init, gaussians.count - lifter.count, {
      ...table,
      positions: true,
    });
    this.instanceFeature = lifter.trainFeatures
      ? init.xavier([gaussians.count, encoder.embedDims])
      : null;
    this.initializeBackbone = new DepthNetwork(init, lifter);
    const channels = lifter.neckChannels * lifter.neckStrides.length;
    this.projection = [null, new Linear(init, channels, lifter.bins + 1)];
    if (lifter.frozen) {
      this.initializeBackbone.setTrainable(false);
      this.projection[1].setTrainable(false);
    }
    this.#config = config;
    this.#lifter = lifter;
  }

  /** Anchors [G, width], the sampled ones first, and the distributions where labels are given. */
  forward(
    inputs: CameraBatch,
    trace: Trace = noTrace,
    tell: Tell = silent,
  ): Lifted {
    const { gpu } = inputs.images;
    const logits = this.#depthLogits(inputs.images, trace, tell);
    const rays = this.#rays(inputs, logits);
    const pixels = inputs.labels ? { logits, targets: this.#targets(inputs.labels, rays) } : null;
    if (pixels) trace("lifter.pixel_gt", pixels.targets);
    const positions = noGradient(
      gpu,
      () => gpu.tidy(() => this.#sample(logits, rays, inputs.uniforms, trace)),
    );
    tell(PARTS.start);
    const sampled = concat([positions, this.anchor.value], 1);
    const anchor = concat([sampled, this.randomAnchors.value]);
    trace("lifter.representation", anchor);
    return { anchor, pixels };
  }

  /** The depth distributions alone, to train their network on its own. */
  distributions(inputs: CameraBatch & { readonly labels: Tensor }): PixelDistributions {
    const logits = this.#depthLogits(inputs.images, noTrace, silent);
    return { logits, targets: this.#targets(inputs.labels, this.#rays(inputs, logits)) };
  }

  /** Logits [cameras, h, w, bins + 1] of where along each pixel's ray something is. */
  #depthLogits(images: Tensor, trace: Trace, tell: Tell): Tensor {
    const { gpu } = images;
    const body = () =>
      pictureByPicture(
        images,
        { training: this.training, trace },
        (some) =>
          this.initializeBackbone.forward(some, this.projection[1], trace, (stage, share) =>
            tell(PARTS.depths(stage), some.rows, share)),
      );
    const logits = this.#lifter.frozen ? noGradient(gpu, body) : body();
    trace("lifter.pixel_logits", logits);
    return logits;
  }

  /** What the distributions should be, from labels u32 [voxels]. */
  #targets(labels: Tensor, rays: Rays): Tensor {
    const { occupancy, task } = this.#config;
    const [x, y, z] = occupancy.range;
    return rayTargets(labels, rays, {
      size: gridDims(occupancy),
      origin: [x, y, z],
      cell: occupancy.voxel,
      solid: countedClasses(task),
    });
  }

  #rays({ projection, imageSize }: CameraBatch, logits: Tensor): Rays {
    const [, height, width] = logits.shape as [number, number, number];
    const { bins, depths: [nearest, farthest] = DEPTHS } = this.#lifter;
    const step = (farthest - nearest) / Math.max(1, bins - 1);
    const depths = Float32Array.from({ length: bins }, (_, bin) => nearest + bin * step);
    return {
      projection,
      imageSize,
      map: [height, width],
      depths: Tensor.from(logits.gpu, depths),
    };
  }

  /** Positions of the sampled Gaussians, as logits. */
  #sample(logits: Tensor, rays: Rays, uniforms: Tensor | undefined, trace: Trace): Tensor {
    const { count: samples, pointsPerPixel, deterministic, subset } = this.#lifter;
    const { range } = this.#config.occupancy;
    const drawn = sampleDepths(logits, { draws: pointsPerPixel, deterministic, uniforms });
    trace("lifter.sample_index", drawn.index);
    const { points, inside } = rayPoints(drawn, rays, range);
    const kept = compact(inside);
    const spread = spreadPoints(points, kept, { wanted: samples, range });
    trace("lifter.candidates", spread.points);
    trace("lifter.candidate_count", kept.count);
    const chosen = subset === "farthest"
      ? farthestPoints(spread.points, { samples, count: spread.count })
      : randomSubset(spread.count, { samples, capacity: spread.points.rows });
    trace("lifter.fps_index", chosen);
    const positions = takeRows(spread.points, chosen);
    trace("lifter.points", positions);
    return encodePosition(positions, range);
  }
}
