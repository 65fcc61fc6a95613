import type { Initializer } from "../../../init.ts";
import { AnchorNetwork } from "../../network/anchor_network.ts";
import { LearnedLifter } from "../../network/learned_lifter.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { SampledLifter } from "./sampled_lifter.ts";

/** Camera pictures to Gaussians to semantic occupancy (GaussianFormer and -2, Huang et al. 2024). */
export class GaussianFormer extends AnchorNetwork {
  /** Makes the network by its settings, with seeded weights. */
  constructor(init: Initializer, override readonly config: GaussianFormerConfig) {
    const { lifter } = config;
    super(
      init,
      config,
      (init) =>
        lifter.kind === "sampled"
          ? new SampledLifter(init, config, lifter)
          : new LearnedLifter(init, config),
    );
  }
}
