const CUDA = "of PyTorch's own kernels";
const ONE_DEVICE = "of training on several devices";
const LOADER = "evaluation goes key frame by key frame";
const DATA = "--data or --anno-root says it";
const DRAWN = "evaluation draws nothing at random";

/** Options of GaussianWorld's files that change nothing here, by path, and why. */
export const WORLD_UNNEEDED: Readonly<Record<string, string>> = {
  work_dir: "--work-dir says it",
  print_freq: "--log-every says it",
  eval_freq: "--eval-every says it",
  seed: "--seed says it",
  find_unused_parameters: ONE_DEVICE,
  track_running_stats: ONE_DEVICE,
  frame_schedule: "the original reads it, and takes clips of all key frames all the same",
  p_frame_schedule: "read with future_decoder",
  max_epochs: "p_frame_schedule says it",
  data_path: "--data says it",
  ...Object.fromEntries(
    ["train_dataset_config", "val_dataset_config"].flatMap((dataset) => [
      [`${dataset}.data_path`, "--data says it"],
      [`${dataset}.imageset`, DATA],
      [`${dataset}.phase`, "training takes the one, evaluation the other"],
      [`${dataset}.num_frames`, "eval takes --stream windows or once"],
    ]),
  ),
  "val_wrapper_config.flip": DRAWN,
  "val_wrapper_config.phase": DRAWN,
  "train_loader_config.num_workers": "pictures are decoded beside the training",
  "val_loader_config.batch_size": LOADER,
  "val_loader_config.shuffle": LOADER,
  "val_loader_config.num_workers": LOADER,
  "model.backbone.dcn.fallback_on_stride": "deformable convolutions here have no stride",
  "model.neck.relu_before_extra_convs": "read with more than one level beyond the stages",
  "model.encoder.ffn.act_cfg.inplace": CUDA,
  "model.encoder.deformable_model.use_deformable_func": "the original has no other way either",
};
