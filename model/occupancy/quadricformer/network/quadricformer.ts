import type { Initializer } from "../../../init.ts";
import { AnchorNetwork } from "../../network/anchor_network.ts";
import { LearnedLifter } from "../../network/learned_lifter.ts";
import type { QuadricFormerConfig } from "../config/config.ts";

/** Camera pictures to superquadrics to semantic occupancy (QuadricFormer, Zuo et al. 2025). */
export class QuadricFormer extends AnchorNetwork {
  /** Makes the network by its settings, with seeded weights. */
  constructor(init: Initializer, override readonly config: QuadricFormerConfig) {
    super(init, config, (init) => new LearnedLifter(init, config));
  }
}
