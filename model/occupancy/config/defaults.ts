import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { IMAGENET } from "../../backbone/imagenet.ts";
import type { AnchorModelConfig } from "./anchor_config.ts";
import type { ModelConfig, ParameterRules } from "./model_config.ts";

/** No factors but those of the backbone. */
export const NO_RULES: ParameterRules = {
  keys: [],
  normDecay: null,
  biasLr: null,
  biasDecay: null,
  flatDecay: null,
  offsetLr: null,
};

/** Settings that are the same in all published configurations. */
export const DEFAULTS = {
  image: {
    flipEach: false,
    fit: "cover",
    resize: [1, 1],
    bottom: [0, 0],
    evalBottom: 0,
    rotate: [0, 0],
    channels: "rgb",
    mean: IMAGENET.mean,
    deviation: IMAGENET.deviation,
  },
  neck: { first: 1, frozen: false },
  loss: {
    pixelSigmoid: false,
    depth: 0,
    binary: 0,
    masked: true,
    lovaszIgnore: surroundOcc.empty,
    together: false,
    render: 0,
    renderShrink: 1,
    renderDeviation: 0.5,
    renderLift: 0,
  },
  optim: {
    betas: [0.9, 0.999],
    eps: 1e-8,
    backboneDecay: 1,
    rules: NO_RULES,
    batch: 1,
    schedule: "cosine",
    milestones: [],
    decayRate: 0.1,
    warmupStart: 1e-6,
  },
} as const;

/** Settings of a checkpoint, with those of all models that the version which wrote it did not have yet. */
export function completeShared<Config extends ModelConfig>(stored: Config): Config {
  const { image, neck, loss, optim } = stored;
  const task = stored.task ?? surroundOcc;
  return {
    ...stored,
    task,
    image: { ...DEFAULTS.image, ...image },
    neck: { ...DEFAULTS.neck, ...neck },
    // In their order: a run that goes on saves the very bytes of one that was not stopped.
    loss: Object.assign({ ...DEFAULTS.loss, lovaszIgnore: task.empty }, loss),
    optim: { ...DEFAULTS.optim, ...optim },
  };
}

/** The same of a model that refines anchors. */
export function completeAnchors<Config extends AnchorModelConfig>(stored: Config): Config {
  const { recompute = false } = stored.encoder;
  return {
    ...completeShared(stored),
    encoder: Object.assign({}, stored.encoder, { recompute }),
  };
}

/** The same settings with backbone and encoder kept for the way back, or run twice. */
export function recomputingAnchors<Config extends AnchorModelConfig>(
  config: Config,
  recompute: boolean,
): Config {
  return {
    ...config,
    backbone: { ...config.backbone, recompute },
    encoder: { ...config.encoder, recompute },
  };
}
