const DATA = "--data says where the data is, and pictures are read as they are stored";
const IN_F32 = "all is computed in 32 bits here";

/** Options that change nothing here, by path, and why; `*` stands for one name or place. */
export const UNNEEDED: Readonly<Record<string, string>> = {
  // mmdetection3d's file for nuScenes, which the original's files begin with, goes this deep.
  "data.samples_per_gpu":
    "a step takes one key frame of one clip a process: train --gpus says how many",
  ...below("data", 7, DATA),
  "model.seq_mode": "key frames of a scene follow each other here too",
  "model.stop_prev_grad": "no gradient passes through what is remembered",
  "model.data_aug.img_pad_cfg.size_divisor": "the pictures' size says it",
  "optimizer_config.type": IN_F32,
  "optimizer_config.loss_scale": IN_F32,
  "runner.type": "steps are counted",
  find_unused_parameters: "of training on several devices",
  work_dir: "--work-dir says it",
  ...below("evaluation", 5, "--eval-every says it"),
  ...below("checkpoint_config", 2, "--save-every and --keep say it"),
};

/** Every option below a group, down to a depth. */
function below(group: string, depth: number, reason: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [group + ".*".repeat(i + 1), reason]),
  );
}
