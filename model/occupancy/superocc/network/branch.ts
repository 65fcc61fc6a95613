import { relu } from "../../../../gpu/ops/array/elementwise/unary.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { LayerNorm } from "../../../layers/layer_norm.ts";
import { Linear } from "../../../layers/linear.ts";

/** Layers as in the original's Sequential: null stands where a ReLU does. */
export type Branch = (Linear | LayerNorm | null)[];

/** Twice linear, layer norm and ReLU, as wide as `channels`; `outputs` adds a linear layer. */
export function normedBranch(
  init: Initializer,
  { inputs, channels, outputs }: { inputs: number; channels: number; outputs?: number },
): Branch {
  const layers: Branch = [inputs, channels].flatMap((
    from,
  ) => [new Linear(init, from, channels), new LayerNorm(init, channels), null]);
  return outputs === undefined ? layers : [...layers, new Linear(init, channels, outputs)];
}

/** Twice linear and ReLU, then linear. */
export function plainBranch(init: Initializer, channels: number, outputs: number): Branch {
  const hidden = () => [new Linear(init, channels, channels), null];
  return [...hidden(), ...hidden(), new Linear(init, channels, outputs)];
}

/** Runs the layers in order. */
export function runBranch(branch: Branch, x: Tensor): Tensor {
  return branch.reduce((y, layer) => layer ? layer.forward(y) : relu(y), x);
}
