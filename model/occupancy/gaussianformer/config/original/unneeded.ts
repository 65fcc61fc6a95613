const RESNETS = ["model.img_backbone", "model.lifter.initializer.img_backbone_config"];
const DATASETS = ["train_dataset_config", "val_dataset_config"];
const UNREAD = "the original takes it and reads it nowhere";
const ONE_DEVICE = "of training on several devices";
const CUDA = "of PyTorch's own kernels";
const LOADER = ["pin_memory", "persistent_workers", "prefetch_factor", "drop_last"];
const MILESTONES = [
  ...["decay_t", "decay_rate", "warmup_t", "warmup_lr_init", "warmup_prefix", "t_in_epochs"],
  "noise_range_t",
];

/**
 * Options that change nothing here, by path, and why; `*` stands for one name or place. They are
 * looked up only where no setting asked for the option.
 */
export const UNNEEDED: Readonly<Record<string, string>> = {
  work_dir: "--work-dir says it",
  print_freq: "--log-every says it",
  eval_every_epochs: "--eval-every says it",
  seed: "--seed says it",
  gpu_ids: ONE_DEVICE,
  syncBN: ONE_DEVICE,
  find_unused_parameters: ONE_DEVICE,
  ...each("multisteplr_config", MILESTONES, "read with multisteplr=True"),
  ...each(
    "multisteplr_config",
    ["noise_pct", "noise_std", "noise_seed"],
    "read with noise_range_t",
  ),
  "multisteplr_config.initialize": "a run has its first rate from its settings",
  warmup_iters: "read with multisteplr=False",
  min_lr_ratio: "read with multisteplr=False",

  "train_loader.num_workers": "pictures are decoded on one thread beside the training",
  "train_loader.pin_memory": CUDA,
  "train_loader.persistent_workers": CUDA,
  "train_loader.prefetch_factor": "as many key frames are loaded ahead as half a gigabyte holds",
  "train_loader.drop_last": "batches run on into the next epoch",
  ...each(
    "val_loader",
    [...LOADER, "batch_size", "num_workers", "shuffle"],
    "evaluation goes key frame by key frame",
  ),
  ...under(DATASETS, {
    data_root: "--data or --data-root says it",
    imageset: "--data or --anno-root says it",
    return_keys: "every key frame has all that the model reads",
    "pipeline.*.occ_path": "--data or --occ-path says it",
    "pipeline.*.occ3d_path": "--data or --occ-path says it",
    "pipeline.*.data_root": "--data or --occ-path says it",
    "pipeline.*.to_float32": "pictures are bytes up to their distortion and normalisation",
  }),
  "val_dataset_config.data_aug_conf.resize_lim": "evaluation draws nothing at random",
  "val_dataset_config.data_aug_conf.rot_lim": "evaluation draws nothing at random",
  "val_dataset_config.data_aug_conf.rand_flip": "evaluation draws nothing at random",

  "optimizer.optimizer.foreach": CUDA,
  "optimizer.optimizer.fused": CUDA,
  "optimizer.optimizer.capturable": CUDA,
  "optimizer.optimizer.differentiable": CUDA,
  "optimizer.paramwise_cfg.dwconv_decay_mult": "no convolution here goes channel by channel",
  "optimizer.paramwise_cfg.bypass_duplicate": "no parameter is there twice",

  ...under(RESNETS, {
    "dcn.fallback_on_stride": "deformable convolutions here have no stride",
    stage_with_dcn: "read with dcn",
  }),
  "model.img_neck.relu_before_extra_convs": "read with more than one level beyond the stages",
  "model.lifter.phi_activation": UNREAD,
  "model.lifter.xyz_coordinate": UNREAD,
  "model.encoder.num_single_frame_decoder": "operation_order says it",
  "model.encoder.ffn.act_cfg.inplace": CUDA,
  "model.encoder.deformable_model.use_deformable_func": "the original has no other way either",
  ...under(
    ["deformable_model.kps_generator", "refine_layer", "spconv_layer"]
      .map((part) => `model.encoder.${part}`),
    { phi_activation: UNREAD, xyz_coordinate: UNREAD },
  ),
  "model.encoder.refine_layer.restrict_xyz": "read by SparseGaussian3DRefinementModule alone",
  "model.encoder.refine_layer.refine_manual": "read by SparseGaussian3DRefinementModule alone",
  ...each("model.head.empty_args", ["mean", "scale"], "read with with_empty=True"),
  "model.head.combine_geosem": "read with use_localaggprob=True",
  "model.head.use_localaggprob_fast": "read with use_localaggprob=True",

  "loss.loss_cfgs.*.manual_class_weight": "read with balance_cls_weight=True",
  ...each(
    "loss.loss_cfgs.*.focal_loss_args",
    ["use_sigmoid", "gamma", "alpha", "activated", "loss_weight"],
    "read with use_focal_loss=True",
  ),
  "loss.loss_cfgs.*.focal_loss_args.reduction": UNREAD,
  "loss.loss_cfgs.*.lovasz_ignore": "read with use_lovasz_loss=True",
  ...each(
    "loss.loss_cfgs.*.multi_loss_weights",
    ["ce", "lovasz", "sem_scal", "geo_scal"].map((name) => `loss_voxel_${name}_weight`),
    "read with the loss that it weighs",
  ),
};

function each(
  group: string,
  names: readonly string[],
  reason: string,
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${group}.${name}`, reason]));
}

function under(
  groups: readonly string[],
  options: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap((group) =>
      Object.entries(options).map(([name, reason]) => [`${group}.${name}`, reason])
    ),
  );
}
