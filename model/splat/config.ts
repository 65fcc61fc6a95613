import { RANDOM_POINTS } from "../../data/scenes/points/start_points.ts";
import { type AppearanceName, APPEARANCES } from "./appearance/table.ts";
import { STRATEGIES, type StrategyName } from "./strategies/table.ts";

/** The model options of the reference's trainer; they are what `cfg_args` records. */
export interface ModelOptions {
  /** Degree of the harmonics of colours, 0 to 3. */
  readonly sh_degree: number;
  /** Folder of the scene. */
  readonly source_path: string;
  /** Folder of the model. */
  readonly model_path: string;
  /** Folder of pictures in the scene's. */
  readonly images: string;
  /** Folder of inverse depths, or empty. */
  readonly depths: string;
  /** 1, 2, 4, 8: divide by it; -1: at most 1600 pixels wide; else the width. */
  readonly resolution: number;
  /** White behind everything, not black. */
  readonly white_background: boolean;
  /** Learn exposures on halves of held-out views. */
  readonly train_test_exp: boolean;
  /** "cuda" keeps pictures on the GPU while there is room, "cpu" uploads each when it is its turn. */
  readonly data_device: string;
  /** Hold views out. */
  readonly eval: boolean;
}

/** The options of drawing. */
export interface PipelineOptions {
  /** Without effect: colours are the same either way. */
  readonly convert_SHs_python: boolean;
  /** Without effect: covariances are the same either way. */
  readonly compute_cov3D_python: boolean;
  /** Without effect: errors are always checked. */
  readonly debug: boolean;
  /** Fade Gaussians by what the blur makes them larger. */
  readonly antialiasing: boolean;
}

/** The options of training, with the reference's names. */
export interface OptimizationOptions {
  /** Iterations in all. */
  readonly iterations: number;
  /** Rates of positions are times the extent of the cameras. */
  readonly position_lr_init: number;
  /** Rate of positions at last, per extent. */
  readonly position_lr_final: number;
  /** Without effect, as in the reference. */
  readonly position_lr_delay_mult: number;
  /** Iterations between the two rates of positions. */
  readonly position_lr_max_steps: number;
  /** Of the constant harmonics; the others learn at a twentieth of it. */
  readonly feature_lr: number;
  /** Rate of opacities. */
  readonly opacity_lr: number;
  /** Rate of scales. */
  readonly scaling_lr: number;
  /** Rate of rotations. */
  readonly rotation_lr: number;
  /** Rate of exposures at first. */
  readonly exposure_lr_init: number;
  /** Rate of exposures at last. */
  readonly exposure_lr_final: number;
  /** Iterations that it takes to set in. */
  readonly exposure_lr_delay_steps: number;
  /** Share of it at first. */
  readonly exposure_lr_delay_mult: number;
  /** Size per extent from which Gaussians are split. */
  readonly percent_dense: number;
  /** Share of SSIM in the loss. */
  readonly lambda_dssim: number;
  /** Iterations between densifications. */
  readonly densification_interval: number;
  /** Iterations between resets. */
  readonly opacity_reset_interval: number;
  /** Densify after this iteration. */
  readonly densify_from_iter: number;
  /** Densify before this iteration. */
  readonly densify_until_iter: number;
  /** Least gradient on the screen to grow. */
  readonly densify_grad_threshold: number;
  /** Weight of inverse depth at first. */
  readonly depth_l1_weight_init: number;
  /** Weight of inverse depth at last. */
  readonly depth_l1_weight_final: number;
  /** A random colour behind everything, each iteration. */
  readonly random_background: boolean;
  /** `default` or `sparse_adam`. */
  readonly optimizer_type: string;
}

/** What this trainer can do besides. */
export interface ExtraOptions {
  /** Of views, backgrounds, splits and random points. */
  readonly seed: number;
  /** How Gaussians multiply: a name in the table of strategies. */
  readonly strategy: StrategyName;
  /** Adam's moments are kept in codes of 8 bits. */
  readonly compact: boolean;
  /** Most Gaussians; 0 for no limit. */
  readonly max_gaussians: number;
  /** Points to start from where the scene brings none. */
  readonly random_points: number;
  /** Derivatives as the reference's kernels have them, or exact ones. */
  readonly gradients: "reference" | "exact";
  /** Inverse depths are compared by their mean difference, by their correlation alone, or by their order. */
  readonly depth_loss: "l1" | "pearson" | "ordinal";
  /** How far the colour behind everything wanders each iteration, 0 to 1; 0 for not at all. */
  readonly background_noise: number;
  /** RGBA pictures: laid over the background, or as the reference reads them since 2024. */
  readonly alpha: "composite" | "mask";
  /** Iterations after which harmonics of one degree more are used. */
  readonly sh_degree_interval: number;
  /** Weights of the mean opacity and of the mean standard deviation in the loss (3DGS-MCMC). */
  readonly opacity_reg: number;
  /** Weight of the scales in the loss, for MCMC. */
  readonly scale_reg: number;
  /** Noise of positions in units of their learning rate (3DGS-MCMC). */
  readonly noise_lr: number;
  /** Views that each process draws in a step; gradients are their mean. */
  readonly batch_views: number;
  /** Rates and moments of Adam by the number of views of a step (Grendel-GS). */
  readonly scale_lr: boolean;
  /** Whether poses of the training views are learned along with the Gaussians. */
  readonly refine_poses: boolean;
  /** Rate of poses at first, radians and extents of the cameras a step; it falls to a hundredth. */
  readonly pose_lr: number;
  /** Decay of what poses were moved by (L2). */
  readonly pose_reg: number;
  /** Whether each process holds a part of the Gaussians instead of all. */
  readonly shard_gaussians: boolean;
  /** What pictures may differ in besides what they show: a name in the table of appearances. */
  readonly appearance: AppearanceName;
  /** Rate of PPISP's tables and of bilateral grids, once they have warmed up. */
  readonly appearance_lr: number;
  /** Whether PPISP learns to guess exposure and colours of pictures that were not trained on. */
  readonly ppisp_controller: boolean;
}

/** How a scene is read where the reference leaves no choice; `cfg_args` records what is not the default. */
export interface SceneSettings {
  /** Where cameras look straight ahead: where their files say, or at the middle as the reference has it. */
  readonly principal_point: "use" | "centre";
  /** Whether the rasteriser looks through lenses or pictures are straightened; or as the scene's kind has it. */
  readonly lenses: "auto" | "native" | "undistort";
  /** How shapes come to the screen: by the lens's Jacobian, or by pictures of seven points (3DGUT). */
  readonly projection: "ewa" | "unscented";
  /** Of the unscented transform: how far its points lie, in units of sqrt(3) standard deviations. */
  readonly unscented_alpha: number;
  /** Whether what masks are dark at does not count, all counts, or what they are bright at does not. */
  readonly masks: "use" | "ignore" | "inverted";
}

/** All that defines a training of Gaussians on pictures; plain data. */
export type SplatConfig =
  & ModelOptions
  & SceneSettings
  & PipelineOptions
  & OptimizationOptions
  & ExtraOptions;

/** Defaults of the reference's code, which differ from its README for `opacity_lr`. */
export const MODEL_DEFAULTS: ModelOptions = {
  sh_degree: 3,
  source_path: "",
  model_path: "",
  images: "images",
  depths: "",
  resolution: -1,
  white_background: false,
  train_test_exp: false,
  data_device: "cuda",
  eval: false,
};

/** What a scene says is used. */
export const SCENE_DEFAULTS: SceneSettings = {
  principal_point: "use",
  lenses: "auto",
  projection: "ewa",
  unscented_alpha: 1,
  masks: "use",
};

/** All off. */
export const PIPELINE_DEFAULTS: PipelineOptions = {
  convert_SHs_python: false,
  compute_cov3D_python: false,
  debug: false,
  antialiasing: false,
};

/** Those of the reference's code of October 2024. */
export const OPTIMIZATION_DEFAULTS: OptimizationOptions = {
  iterations: 30_000,
  position_lr_init: 0.00016,
  position_lr_final: 0.0000016,
  position_lr_delay_mult: 0.01,
  position_lr_max_steps: 30_000,
  feature_lr: 0.0025,
  opacity_lr: 0.025,
  scaling_lr: 0.005,
  rotation_lr: 0.001,
  exposure_lr_init: 0.01,
  exposure_lr_final: 0.001,
  exposure_lr_delay_steps: 0,
  exposure_lr_delay_mult: 0,
  percent_dense: 0.01,
  lambda_dssim: 0.2,
  densification_interval: 100,
  opacity_reset_interval: 3000,
  densify_from_iter: 500,
  densify_until_iter: 15_000,
  densify_grad_threshold: 0.0002,
  depth_l1_weight_init: 1,
  depth_l1_weight_final: 0.01,
  random_background: false,
  optimizer_type: "default",
};

/** The reference's behaviour, but for RGBA pictures, which it reads wrong (its issue 1038). */
export const EXTRA_DEFAULTS: ExtraOptions = {
  seed: 0,
  strategy: "default",
  compact: false,
  max_gaussians: 0,
  random_points: RANDOM_POINTS,
  gradients: "reference",
  depth_loss: "l1",
  background_noise: 0,
  alpha: "composite",
  sh_degree_interval: 1000,
  opacity_reg: 0,
  scale_reg: 0,
  noise_lr: 500_000,
  batch_views: 1,
  scale_lr: false,
  refine_poses: false,
  pose_lr: 1e-5,
  pose_reg: 1e-6,
  shard_gaussians: false,
  appearance: "none",
  appearance_lr: 0.002,
  ppisp_controller: false,
};

/** Everything at its default, with the default strategy. */
export const SPLAT_DEFAULTS: SplatConfig = {
  ...MODEL_DEFAULTS,
  ...SCENE_DEFAULTS,
  ...PIPELINE_DEFAULTS,
  ...OPTIMIZATION_DEFAULTS,
  ...EXTRA_DEFAULTS,
};

/** All options: those that are given, where none is the strategy's own default, then the trainer's. */
export function splatConfig(given: Partial<SplatConfig> = {}): SplatConfig {
  const { strategy = SPLAT_DEFAULTS.strategy } = given;
  checkStrategy(strategy);
  return { ...SPLAT_DEFAULTS, ...STRATEGIES[strategy].defaults, ...given };
}

function checkStrategy(strategy: string): void {
  if (Object.hasOwn(STRATEGIES, strategy)) return;
  const names = Object.keys(STRATEGIES).map((name) => `"${name}"`).join(", ");
  throw new RangeError(`Cannot train: "strategy" is "${strategy}", it must be one of ${names}`);
}

/** Refuses options that no training can be made with. */
export function checkConfig(config: SplatConfig): void {
  checkStrategy(config.strategy);
  const refuse = (name: keyof SplatConfig, what: string): never => {
    throw new RangeError(`Cannot train: "${name}" is ${config[name]}, it must be ${what}`);
  };
  if (![0, 1, 2, 3].includes(config.sh_degree)) refuse("sh_degree", "0, 1, 2 or 3");
  for (
    const name of [
      "densification_interval",
      "opacity_reset_interval",
      "sh_degree_interval",
      "batch_views",
    ] as const
  ) {
    if (!(Number.isInteger(config[name]) && config[name] > 0)) {
      refuse(name, "a whole number from 1");
    }
  }
  if (!(Number.isInteger(config.iterations) && config.iterations > 0)) {
    refuse("iterations", "a whole number from 1");
  }
  if (!(config.lambda_dssim >= 0 && config.lambda_dssim <= 1)) refuse("lambda_dssim", "0 to 1");
  if (!["use", "centre"].includes(config.principal_point)) {
    refuse("principal_point", '"use" or "centre"');
  }
  if (!["auto", "native", "undistort"].includes(config.lenses)) {
    refuse("lenses", '"auto", "native" or "undistort"');
  }
  if (!["ewa", "unscented"].includes(config.projection)) {
    refuse("projection", '"ewa" or "unscented"');
  }
  if (!(config.unscented_alpha > 0 && config.unscented_alpha <= 10)) {
    refuse("unscented_alpha", "above 0, at most 10");
  }
  if (config.projection === "unscented" && config.refine_poses) {
    throw new RangeError(
      'Cannot train: "projection" is "unscented" and "refine_poses" is set, poses are refined by "ewa" alone',
    );
  }
  if (!["use", "ignore", "inverted"].includes(config.masks)) {
    refuse("masks", '"use", "ignore" or "inverted"');
  }
  if (!Object.hasOwn(APPEARANCES, config.appearance)) {
    refuse(
      "appearance",
      `one of ${Object.keys(APPEARANCES).map((name) => `"${name}"`).join(", ")}`,
    );
  }
  if (config.ppisp_controller && config.appearance !== "ppisp") {
    throw new RangeError(
      `Cannot train: "ppisp_controller" is set, but "appearance" is "${config.appearance}", it must be "ppisp"`,
    );
  }
  if (!["l1", "pearson", "ordinal"].includes(config.depth_loss)) {
    refuse("depth_loss", '"l1", "pearson" or "ordinal"');
  }
  if (!(config.background_noise >= 0 && config.background_noise <= 1)) {
    refuse("background_noise", "0 to 1");
  }
  if (config.background_noise && config.random_background) {
    throw new RangeError(
      'Cannot train: "background_noise" and "random_background" are set, one of them is right',
    );
  }
  if (!["default", "sparse_adam"].includes(config.optimizer_type)) {
    refuse("optimizer_type", '"default" or "sparse_adam"');
  }
  if (config.compact) {
    const { optimizer_type, shard_gaussians } = config;
    const other = optimizer_type === "sparse_adam"
      ? '"optimizer_type" is "sparse_adam"'
      : shard_gaussians
      ? '"shard_gaussians" is set'
      : null;
    if (other) {
      throw new RangeError(
        `Cannot train: "compact" keeps moments in blocks of 256, and ${other}, which changes or sends single rows of them`,
      );
    }
  }
}

/** Colour behind everything. */
export function backgroundOf(
  { white_background }: Pick<ModelOptions, "white_background">,
): [number, number, number] {
  return white_background ? [1, 1, 1] : [0, 0, 0];
}
