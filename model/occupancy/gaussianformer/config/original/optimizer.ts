import type { OptimConfig, ParameterRules } from "../../../config/model_config.ts";
import { DEFAULTS, NO_RULES } from "../../../config/defaults.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

/** Batches of the published runs: 20 epochs of 28 130 key frames on 8 devices. */
const PUBLISHED = { steps: 70_320, epochs: 20 };
const IN_F32 = "leave amp out: all is computed in 32 bits here";

/** What an original calls what says how it trains. */
export interface OptimNames {
  /** The wrapper around the optimizer. */
  readonly wrapper: string;
  /** The loader of the training. */
  readonly loader: string;
  /** The word by which rules find the backbone. */
  readonly backbone: string;
}

const OWN_NAMES: OptimNames = {
  wrapper: "optimizer",
  loader: "train_loader",
  backbone: "img_backbone",
};

/** Reads optimizer, schedule and batches. */
export function optimOf(root: OptionsReader, names: OptimNames = OWN_NAMES): OptimConfig {
  root.expect("amp", false, false, IN_F32);
  const batch = batchOf(root, names.loader);
  const epochs = root.number("max_epochs", PUBLISHED.epochs);
  return {
    ...DEFAULTS.optim,
    ...adamwOf(root.group(names.wrapper), names.backbone),
    batch,
    clipNorm: root.number("grad_max_norm", 35),
    ...scheduleOf(root),
    steps: Math.max(1, Math.round(PUBLISHED.steps * epochs / PUBLISHED.epochs / batch)),
  };
}

/** Reads MMEngine's wrapper of AdamW: rates, decay and whose are others. */
export function adamwOf(
  options: OptionsReader,
  backbone = OWN_NAMES.backbone,
): Pick<
  OptimConfig,
  "lr" | "betas" | "eps" | "weightDecay" | "backboneLr" | "backboneDecay" | "rules"
> {
  options.expect("type", "OptimWrapper", "OptimWrapper");
  options.expect("constructor", "DefaultOptimWrapperConstructor", "DefaultOptimWrapperConstructor");
  options.expect("clip_grad", null, null, "grad_max_norm is the limit that the original reads");
  options.expect("accumulative_counts", 1, 1, "train takes --gradient-accumulation");
  const adamw = options.group("optimizer");
  adamw.expect("type", "AdamW", "AdamW");
  adamw.expect("amsgrad", false, false);
  adamw.expect("maximize", false, false);
  return {
    lr: adamw.number("lr"),
    betas: adamw.numbers("betas", 2, DEFAULTS.optim.betas) as [number, number],
    eps: adamw.number("eps", DEFAULTS.optim.eps),
    weightDecay: adamw.number("weight_decay", 0.01),
    ...rulesOf(options.has("paramwise_cfg") ? options.group("paramwise_cfg") : null, backbone),
  };
}

function batchOf(root: OptionsReader, name: string): number {
  if (!root.has(name)) return 1;
  const loader = root.group(name);
  loader.expect("shuffle", true, true);
  return loader.number("batch_size", 1);
}

/** The original's cosine, or timm's MultiStepLRScheduler. */
function scheduleOf(root: OptionsReader) {
  if (!root.flag("multisteplr")) {
    return {
      schedule: "cosine",
      warmupSteps: root.number("warmup_iters", 500),
      minLrRatio: root.number("min_lr_ratio", 0.1),
    } as const;
  }
  const steps = root.group("multisteplr_config");
  steps.expect(
    "t_in_epochs",
    false,
    true,
    "the original moves its schedule on by batches alone: t_in_epochs=False",
  );
  steps.expect("noise_range_t", null, null);
  const warmupSteps = steps.number("warmup_t", 0);
  const behind = steps.flag("warmup_prefix", true) ? warmupSteps : 0;
  return {
    schedule: "multistep",
    warmupSteps,
    warmupStart: steps.number("warmup_lr_init", 0),
    milestones: steps.numbers("decay_t").map((step) => step + behind),
    decayRate: steps.number("decay_rate", 1),
    minLrRatio: 0.1,
  } as const;
}

/** MMEngine's `paramwise_cfg`; the backbone's word has settings of its own. */
function rulesOf(
  options: OptionsReader | null,
  word: string,
): Pick<OptimConfig, "backboneLr" | "backboneDecay" | "rules"> {
  const factor = (name: string) => options?.has(name) ? options.number(name) : null;
  const words = options?.has("custom_keys") ? options.group("custom_keys") : null;
  const keys = (words?.names ?? []).map((key) => {
    const rule = words!.group(key);
    return { key, lr: rule.number("lr_mult", 1), decay: rule.number("decay_mult", 1) };
  });
  const backbone = keys.find(({ key }) => key === word);
  const rules: ParameterRules = {
    ...NO_RULES,
    keys: keys.filter((rule) => rule !== backbone),
    normDecay: factor("norm_decay_mult"),
    biasLr: factor("bias_lr_mult"),
    biasDecay: factor("bias_decay_mult"),
    flatDecay: factor("flat_decay_mult"),
    offsetLr: factor("dcn_offset_lr_mult"),
  };
  return { backboneLr: backbone?.lr ?? 1, backboneDecay: backbone?.decay ?? 1, rules };
}
