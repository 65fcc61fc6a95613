import type { UpstreamKeys } from "../model.ts";
import { operationsOf } from "../network/encoder.ts";

/** What the slots of a block of the encoder do. */
const SLOTS = operationsOf({ order: "v2", blocks: 1 });

const LAYER = /^(encoder\.layers\.(\d+))\.(layers?|output_layers)\./;

/** Names of QuadricFormer's parameters. */
export const keys: UpstreamKeys = {
  owns: (keys) => keys.some((key) => key.startsWith("encoder.anchor_encoder.uv_fc.")),
  ours: (key) =>
    key.replace(/^(backbone|neck)\./, "img_$1.").replace(LAYER, (found, layer, slot, name) => {
      const does = SLOTS[Number(slot) % SLOTS.length];
      if (does === "spconv" && name === "layers") return `${layer}.layer.`;
      return does === "refine" && name === "output_layers" ? `${layer}.layers.` : found;
    }),
  theirs: (key) =>
    key.replace(/^img_(backbone|neck)\./, "$1.").replace(LAYER, (found, layer, slot, name) => {
      const does = SLOTS[Number(slot) % SLOTS.length];
      if (does === "spconv" && name === "layer") return `${layer}.layers.`;
      return does === "refine" && name === "layers" ? `${layer}.output_layers.` : found;
    }),
};
