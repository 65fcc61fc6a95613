import type { UpstreamKeys } from "../model.ts";

/** Steps of a block; the fourth of them is the sparse convolution. */
const STEPS = 5;
const SPARSE = 3;
const SLOT = /^(encoder\.layers\.(\d+)\.)(layers?)\./;

/** GaussianWorld calls the backbone, the neck and the layers of its sparse convolutions otherwise. */
export const worldKeys: UpstreamKeys = {
  owns: (keys) => keys.some((key) => /^encoder\.layers\.\d+\.output_layers\./.test(key)),
  ours: (key) => inSparse(key.replace(/^(backbone|neck)\./, "img_$1."), "layers", "layer"),
  theirs: (key) => inSparse(key.replace(/^img_(backbone|neck)\./, "$1."), "layer", "layers"),
};

/** Renames the layers of a sparse convolution; a feed-forward network's are called "layers" by both. */
function inSparse(key: string, from: string, to: string): string {
  return key.replace(
    SLOT,
    (all, before: string, slot: string, name: string) =>
      Number(slot) % STEPS === SPARSE && name === from ? `${before}${to}.` : all,
  );
}
