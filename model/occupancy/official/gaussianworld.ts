import type { Published } from "./published.ts";

const README = {
  rule: "gaussianworld",
  measures: ["gaussianworld"],
  source: "the repository's README",
  weights: "published",
} as const;

/** GaussianWorld's two. */
export const gaussianWorld: Readonly<Record<string, Published>> = {
  "gaussianworld/base": {
    ...README,
    preset: "gaussianworld/base",
    stream: "single",
    miou: 19.85,
  },
  "gaussianworld/stream": {
    ...README,
    preset: "gaussianworld/stream",
    stream: "windows",
    miou: 22.13,
  },
};
