import type { Parameter } from "../../gpu/parameter.ts";
import { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";
import type { GaussianFormerConfig } from "./config.ts";

/** Learned anchors, the same for every scene; their features start at exactly zero. */
export class Lifter extends Module {
  readonly anchor: Parameter;
  readonly #features: [number, number];

  constructor(init: Initializer, { gaussians, encoder }: GaussianFormerConfig) {
    super();
    const { count, semantics } = gaussians;
    const width = 11 + semantics;
    this.anchor = init.from([count, width], (i) => {
      const column = i % width;
      // Positions and scales uniform over their ranges, no rotation, opacity one half.
      if (column < 6) return inverseSigmoid(init.next());
      if (column < 11) return column === 6 ? 1 : 0;
      return init.nextNormal();
    });
    this.#features = [count, encoder.embedDims];
  }

  /** Anchors [G, width] and features [G, channels]. */
  forward(): { anchor: Tensor; features: Tensor } {
    const { value } = this.anchor;
    return { anchor: value, features: Tensor.zeros(value.gpu, this.#features) };
  }
}

/** ln(p / (1 - p)) with p kept within [1e-4, 0.9999]. */
function inverseSigmoid(p: number): number {
  const kept = Math.min(0.9999, Math.max(1e-4, p));
  return Math.log(kept / (1 - kept));
}
