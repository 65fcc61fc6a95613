import type { Tensor } from "../../../../gpu/tensor.ts";
import { weightedTotal } from "../../../../loss/weighted_total.ts";
import type { Initializer } from "../../../init.ts";
import type { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";
import type { ImageConfig, LossConfig } from "../../config/model_config.ts";
import type { Pretraining } from "../../model.ts";
import { networkImages } from "../../network/network_images.ts";
import type { Trace } from "../../network/trace.ts";
import { pixelTerms } from "../../training/pixel_losses.ts";
import type { LabelledBatch } from "../../training/sample_batch.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import type { DepthNetwork } from "../network/depth_network.ts";
import { SampledLifter } from "../network/sampled_lifter.ts";

/**
 * The depth network of a sampled lifter on its own: backbone, neck and projection, trained with the
 * pixel distribution loss against the bins that the labels occupy. Its keys are those that the
 * original loads into its lifter, `initialize_backbone.*` and `projection.1.*`. GaussianFormer-2
 * ships no recipe for it; this one follows from what its loader expects.
 */
export class DepthPretraining extends Module implements Pretraining {
  readonly initializeBackbone: DepthNetwork;
  readonly projection: [null, Linear];
  readonly #lifter: SampledLifter;
  readonly #loss: LossConfig;
  readonly #image: ImageConfig;

  constructor(init: Initializer, config: GaussianFormerConfig) {
    super();
    const { lifter, loss } = config;
    if (lifter.kind !== "sampled") {
      throw new RangeError(
        `Cannot train an initializer: the settings' lifter is "${lifter.kind}", it must be "sampled" as in the presets "prob/…"`,
      );
    }
    this.#lifter = new SampledLifter(init, config, { ...lifter, frozen: false });
    this.initializeBackbone = this.#lifter.initializeBackbone;
    this.projection = this.#lifter.projection;
    // The model's weights of these losses may be 0, but here are no others.
    this.#loss = loss.pixel || loss.depth ? loss : { ...loss, pixel: 1 };
    this.#image = config.image;
  }

  /** The loss of a key frame times `scale`. */
  loss(
    { projection, imageSize, labels, ...pictures }: LabelledBatch,
    scale: number,
    trace?: Trace,
  ): Tensor {
    const images = networkImages(pictures, this.#image);
    const distributions = this.#lifter.distributions({ images, projection, imageSize, labels });
    trace?.("lifter.pixel_logits", distributions.logits);
    const terms = Object.values(pixelTerms(distributions, this.#loss));
    const total = weightedTotal(terms.map(([value, weight]) => [value, weight * scale]));
    trace?.("loss.total", total);
    return total;
  }

  override release(): void {
    this.#lifter.release();
  }
}
