import type { Published } from "./published.ts";

const README = {
  rule: "gaussianworld",
  measures: ["gaussianworld"],
  source: "the repository's README",
  weights: "never published",
} as const;

/** QuadricFormer's three, which nobody outside is known to have reached. */
export const quadricFormer: Readonly<Record<string, Published>> = {
  sq1600: { ...README, preset: "sq1600", miou: 20.04 },
  sq6400: { ...README, preset: "sq6400", miou: 20.79 },
  sq12800: { ...README, preset: "sq12800", miou: 21.11 },
};
