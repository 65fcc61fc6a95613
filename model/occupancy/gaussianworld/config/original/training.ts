import { DEFAULTS } from "../../../config/defaults.ts";
import { adamwOf } from "../../../gaussianformer/config/original/optimizer.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";
import type { GaussianWorldConfig, StreamConfig } from "../config.ts";
import { worldPresets } from "../presets.ts";

/** Steps of an epoch on 8 devices: of the base 28 130 key frames, of a stream a clip of each of 700 scenes. */
const DEVICES = 8;
const KEY_FRAMES = 28_128; // of 28 130, in whole steps
const SCENES = 700;
const { "gaussianworld/base": base } = worldPresets;

/** Reads optimizer and schedule. */
export function worldOptimOf(
  root: OptionsReader,
  { train, clip, forget }: StreamConfig,
): GaussianWorldConfig["optim"] {
  // The original's files call it so; merged settings may have the shorter name.
  const options = root.group(root.has("optimizer_wrapper") ? "optimizer_wrapper" : "optimizer");
  root.expect("amp", false, false, "leave amp out: all is computed in 32 bits here");
  if (root.has("train_loader_config")) {
    const loader = root.group("train_loader_config");
    loader.expect("batch_size", 1, 1);
    loader.expect("shuffle", true, true);
  }
  root.expect("warmup_lr_init", DEFAULTS.optim.warmupStart, DEFAULTS.optim.warmupStart);
  root.expect("scheduler", "cosine", "cosine");
  const epochs = train
    ? forget.reduce((sum, [, some]) => sum + some, 0)
    : root.number("max_epochs", 20);
  const epoch = train ? Math.ceil(SCENES / DEVICES) * clip : KEY_FRAMES / DEVICES;
  return {
    ...base.optim,
    ...adamwOf(options, "backbone"),
    clipNorm: root.number("grad_max_norm", 35),
    warmupSteps: root.number("warmup_iters", 500),
    steps: Math.round(epochs * epoch),
  };
}

/** Reads how long clips are and how often they are forgotten; the original reads `frame_schedule` in vain. */
export function worldClipsOf(root: OptionsReader, stream: StreamConfig): StreamConfig {
  if (!stream.train) return stream;
  const lengths = { ...stream, ...lengthsOf(root) };
  if (!root.has("p_frame_schedule")) return lengths;
  const stages = root.raw("p_frame_schedule");
  const fits = Array.isArray(stages) && stages.length > 0 &&
    stages.every((stage) =>
      Array.isArray(stage) && stage.length === 2 && stage[0] >= 0 && stage[0] <= 1 &&
      Number.isInteger(stage[1]) && stage[1] > 0
    );
  if (!fits) {
    root.refuse("p_frame_schedule", "a list of [chance to forget, epochs] is needed");
    return stream;
  }
  return { ...lengths, forget: stages as StreamConfig["forget"] };
}

/** Files for evaluation say how long its windows are, those for training how long its clips are. */
function lengthsOf(root: OptionsReader): Partial<Pick<StreamConfig, "clip" | "window">> {
  if (!root.has("train_dataset_config")) return {};
  const dataset = root.group("train_dataset_config");
  if (!dataset.has("num_frames")) return {};
  const length = dataset.number("num_frames");
  return dataset.text("type").endsWith("_StreamTest") ? { window: length } : { clip: length };
}
