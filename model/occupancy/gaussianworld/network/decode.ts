import { safeSigmoid, softplus } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { decodePosition } from "../../anchor/position.ts";
import type { Refined } from "../../anchor/refine.ts";
import { anchorRanges } from "../../config/anchor_config.ts";
import type { GaussianWorldConfig } from "../config/config.ts";

/** The Gaussians that raw anchors [G, width] stand for; what is carried beyond the classes is left out. */
export function decodeAnchor(anchor: Tensor, config: GaussianWorldConfig): Refined {
  const { range, scales: [small, large] } = anchorRanges(config);
  const { semantics } = config.gaussians;
  const columns = (from: number, to: number) => slice(anchor, 1, from, to);
  return {
    anchor,
    means: decodePosition(columns(0, 3), range),
    // A scale lies in its range as a position does in the box.
    scales: decodePosition(columns(3, 6), [small, small, small, large, large, large]),
    rotations: columns(6, 10),
    opacities: safeSigmoid(columns(10, 11)),
    semantics: softplus(columns(11, 11 + semantics)),
  };
}
