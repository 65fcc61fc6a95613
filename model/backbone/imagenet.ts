/** Mean and deviation of ImageNet's RGB bytes, which the reference's backbones were trained on. */
export const IMAGENET = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
} as const;
