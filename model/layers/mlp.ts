import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { LayerNorm } from "./layer_norm.ts";
import { Linear } from "./linear.ts";

/** Layers by their position in the reference's Sequential; null where a ReLU stands. */
export type Layers = (Linear | LayerNorm | null)[];

/**
 * The reference's `linear_relu_ln`: `outer` times (`inner` times linear and ReLU, then layer norm),
 * all `channels` wide but for the `inputs`.
 */
export function linearReluNorm(
  init: Initializer,
  { inputs, channels, inner, outer, weight = "fanIn" }: {
    inputs: number;
    channels: number;
    inner: number;
    outer: number;
    weight?: "fanIn" | "xavier";
  },
): Layers {
  const layers: Layers = [];
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const from = layers.length ? channels : inputs;
      layers.push(new Linear(init, from, channels, { weight, bias: "fanIn" }), null);
    }
    layers.push(new LayerNorm(init, channels));
  }
  return layers;
}

/** Runs layers in order; a linear layer before a null is followed by a ReLU. */
export function runLayers(layers: Layers, x: Tensor): Tensor {
  let y = x;
  layers.forEach((layer, i) => {
    if (layer instanceof Linear) {
      const activated = i + 1 < layers.length && layers[i + 1] === null;
      y = layer.forward(y, { activation: activated ? "relu" : "none" });
    } else if (layer) y = layer.forward(y);
  });
  return y;
}
