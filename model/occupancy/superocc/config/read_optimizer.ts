import { DEFAULTS, NO_RULES } from "../../config/defaults.ts";
import type { OptimConfig } from "../../config/model_config.ts";
import type { OptionsReader } from "../../config/original/options_reader.ts";

/** Steps of a file that does not say how many. */
const PUBLISHED_STEPS = 84_384;

/** Reads mmcv's optimizer, schedule and runner. */
export function optimOf(root: OptionsReader): OptimConfig {
  const adamw = root.group("optimizer");
  adamw.expect("type", "AdamW", "AdamW");
  adamw.expect("amsgrad", false, false);
  const lr = adamw.number("lr");
  const words = adamw.has("paramwise_cfg")
    ? adamw.group("paramwise_cfg").group("custom_keys")
    : null;
  const keys = (words?.names ?? []).map((key) => {
    const rule = words!.group(key);
    return { key, lr: rule.number("lr_mult", 1), decay: rule.number("decay_mult", 1) };
  });
  const backbone = keys.find(({ key }) => key === "img_backbone");
  return {
    ...DEFAULTS.optim,
    lr,
    betas: adamw.numbers("betas", 2, DEFAULTS.optim.betas) as [number, number],
    eps: adamw.number("eps", DEFAULTS.optim.eps),
    weightDecay: adamw.number("weight_decay", 0.01),
    backboneLr: backbone?.lr ?? 1,
    backboneDecay: backbone?.decay ?? 1,
    rules: { ...NO_RULES, keys: keys.filter((rule) => rule !== backbone) },
    clipNorm: clipOf(root),
    ...scheduleOf(root, lr),
    steps: root.has("runner") ? root.group("runner").number("max_iters") : PUBLISHED_STEPS,
  };
}

function clipOf(root: OptionsReader): number {
  if (!root.has("optimizer_config")) return root.number("grad_max_norm", 35);
  const clip = root.group("optimizer_config").group("grad_clip");
  clip.expect("norm_type", 2, 2);
  return clip.number("max_norm");
}

function scheduleOf(
  root: OptionsReader,
  lr: number,
): Pick<OptimConfig, "schedule" | "warmupSteps" | "warmupStart" | "minLrRatio"> {
  const schedule = "cosine";
  if (!root.has("lr_config")) {
    return { schedule, warmupSteps: 500, warmupStart: lr / 3, minLrRatio: 1e-3 };
  }
  const options = root.group("lr_config");
  options.expect("policy", "CosineAnnealing");
  options.expect("warmup", "linear");
  return {
    schedule,
    warmupSteps: options.number("warmup_iters"),
    warmupStart: lr * options.number("warmup_ratio"),
    minLrRatio: options.number("min_lr_ratio"),
  };
}
