import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { presets as gaussianPresets } from "../../gaussianformer/config/presets.ts";
import type { QuadricFormerConfig } from "./config.ts";

const { demo: gaussianDemo, "prob/nuscenes_gs6400": gs6400 } = gaussianPresets;

/** What superquadrics have in place of Gaussians, of any size. */
const superquadrics = {
  model: "quadricformer",
  lifter: { kind: "learned", trainAnchors: true, trainFeatures: false },
} as const;

const exponents = { u: [0.1, 2], v: [0.1, 2] } as const;

/** QuadricFormer with 1600 superquadrics. */
const sq1600: QuadricFormerConfig = {
  ...gs6400,
  ...superquadrics,
  image: { ...gs6400.image, flipEach: true },
  gaussians: {
    count: 1600,
    scaleRange: [0.01, 3.2],
    semantics: surroundOcc.classes.length - 1,
    opacity: true,
    exponents,
  },
  encoder: { ...gs6400.encoder, margin: 1e-5 },
  head: { kind: "superquadric", scaleMultiplier: 3, supervised: "fixed_2_3", tight: false },
  loss: { ...gs6400.loss, pixel: 0, together: true },
};

const sq6400: QuadricFormerConfig = {
  ...sq1600,
  gaussians: { ...sq1600.gaussians, count: 6400 },
  head: { ...sq1600.head, scaleMultiplier: 5 },
};

const sq12800: QuadricFormerConfig = {
  ...sq6400,
  gaussians: { ...sq1600.gaussians, count: 12800, scaleRange: [0.01, 2.5] },
};

/** The demo of GaussianFormer-2 with as many superquadrics as it has Gaussians. */
const demo: QuadricFormerConfig = {
  ...gaussianDemo,
  ...superquadrics,
  gaussians: { ...gaussianDemo.gaussians, exponents },
  encoder: { ...gaussianDemo.encoder, margin: 1e-5 },
  head: { ...sq1600.head, supervised: "random_1" },
};

/** QuadricFormer by the names of the original's configuration files, and a small one. */
export const quadricFormerPresets = {
  sq1600,
  sq6400,
  sq12800,
  "sq/demo": demo,
} satisfies Record<string, QuadricFormerConfig>;
