import type { Published } from "./published.ts";

const README = { rule: "own", measures: [], source: "the repository's README" } as const;
/** Weights from before December 2024, whose code counted and computed in another way. */
const OLD = { ...README, set: ["legacy=true"] } as const;

/** GaussianFormer's five; no class by class. */
export const gaussianFormer: Readonly<Record<string, Published>> = {
  nuscenes_gs144000: {
    ...OLD,
    preset: "nuscenes_gs144000",
    weights: "their link is dead",
    miou: 19.1,
  },
  nuscenes_gs25600_solid: {
    ...OLD,
    preset: "nuscenes_gs25600_solid",
    weights: "published",
    miou: 19.31,
  },
  "prob/nuscenes_gs6400": {
    ...README,
    preset: "prob/nuscenes_gs6400",
    weights: "published",
    miou: 20.04,
  },
  "prob/nuscenes_gs12800": {
    ...README,
    preset: "prob/nuscenes_gs12800",
    weights: "published",
    miou: 20.08,
  },
  "prob/nuscenes_gs25600": {
    ...README,
    preset: "prob/nuscenes_gs25600",
    weights: "published",
    miou: 20.33,
  },
};
