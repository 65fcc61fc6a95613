const ONE_DEVICE = "of training on several devices";
const LOADERS = ["train_loader_config", "val_loader_config"];
const DATASETS = ["train_dataset_config", "val_dataset_config"];

/** Options that change nothing here, by path, and why; `*` stands for one name or place. */
export const UNNEEDED: Readonly<Record<string, string>> = {
  work_dir: "--work-dir says it",
  print_freq: "--log-every says it",
  eval_freq: "--eval-every says it",
  seed: "--seed says it",
  find_unused_parameters: ONE_DEVICE,
  track_running_stats: ONE_DEVICE,
  ...each(LOADERS, ["num_workers"], "pictures are decoded beside the training"),
  ...each(
    ["val_loader_config"],
    ["batch_size", "shuffle"],
    "evaluation goes key frame by key frame",
  ),
  ...each(DATASETS, ["data_path", "imageset"], "--data says where labels and index are"),
  ...each(DATASETS, ["num_frames", "empty_idx"], "a key frame is looked at on its own"),
  ...each(["val_wrapper_config"], ["flip", "phase"], "evaluation draws nothing at random"),
  "model.backbone.dcn.fallback_on_stride": "deformable convolutions here have no stride",
  "model.backbone.stage_with_dcn": "read with dcn",
  "model.neck.relu_before_extra_convs": "read with more than one level beyond the stages",
};

function each(
  groups: readonly string[],
  names: readonly string[],
  reason: string,
): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap((group) => names.map((name) => [`${group}.${name}`, reason])),
  );
}
