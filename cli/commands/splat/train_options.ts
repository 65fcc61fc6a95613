import {
  APPEARANCE_SUMMARIES,
  type AppearanceName,
  SPLAT_DEFAULTS,
  type SplatConfig,
  STRATEGY_SETTINGS,
  type StrategyName,
} from "../../../model/splat/mod.ts";
import type {
  BooleanOption,
  ListOption,
  NumberOption,
  StringOption,
} from "../../command_line/options.ts";
import { MEMORY_OPTION } from "../../gpu_memory.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";

const D = SPLAT_DEFAULTS;
const WHOLE = { integer: true, min: 0 } as const;

function number(
  value: number,
  help: string,
  extra: Partial<NumberOption> = {},
): NumberOption & { readonly default: number } {
  return { type: "number", default: value, min: 0, help, ...extra };
}

function whole(value: number, help: string, min = 0) {
  return number(value, help, { ...WHOLE, min });
}

/** A number that strategies have defaults of their own for: absent unless it is given. */
function settled(
  name: Exclude<keyof SplatConfig, "strategy">,
  help: string,
  extra: Partial<NumberOption> = {},
): NumberOption {
  const others = Object.entries(STRATEGY_SETTINGS).flatMap(([strategy, { defaults }]) =>
    defaults[name] === undefined ? [] : [`${defaults[name]} with ${strategy}`]
  );
  return { type: "number", help: `${help} (default ${[D[name], ...others].join(", ")})`, ...extra };
}

function text(
  value: string,
  help: string,
  placeholder = "TEXT",
): StringOption & { default: string } {
  return { type: "string", default: value, help, value: placeholder };
}

const SEED = { integer: true, max: MOST_SEED } as const;

function flag(help: string): BooleanOption {
  return { type: "boolean", help };
}

function list(help: string): ListOption {
  return { type: "list", value: "N", each: { integer: true, min: -1 }, help };
}

/** Options of the reference that say what the model is; `render` takes them from the model's folder. */
export const MODEL_OPTIONS = {
  sh_degree: number(D.sh_degree, "Degree of the harmonics of colours, 0 to 3", {
    integer: true,
    min: 0,
    max: 3,
  }),
  source_path: { type: "string", value: "DIR", required: true, help: "-s: folder of the scene" },
  model_path: { type: "string", value: "DIR", help: "-m: folder for the model, else output/NAME" },
  images: text(D.images, "-i: folder of pictures in the scene's (COLMAP)", "DIR"),
  depths: { type: "string", value: "DIR", help: "-d: folder of inverse depth in the scene's" },
  resolution: number(
    D.resolution,
    "-r: 1, 2, 4, 8 divide; -1 limits the width to 1600; else the width",
    {
      integer: true,
      min: -1,
    },
  ),
  white_background: flag("-w: white behind everything, not black"),
  train_test_exp: flag("Learn exposures; train on left halves of held-out views"),
  data_device: text(D.data_device, "Where pictures stay: cuda or cpu", "DEVICE"),
  eval: flag("Hold views out for tests"),
} as const;

/** Options of the reference that say how pictures are drawn. */
export const PIPELINE_OPTIONS = {
  convert_SHs_python: flag("Accepted; colours are the same either way"),
  compute_cov3D_python: flag("Accepted; covariances are the same either way"),
  antialiasing: flag("Fade Gaussians by what the blur makes them larger"),
} as const;

/** Options of the reference that say how to train. */
export const OPTIMIZATION_OPTIONS = {
  iterations: number(D.iterations, "Iterations in all", {
    integer: true,
    min: 1,
    max: 100_000_000,
  }),
  position_lr_init: number(D.position_lr_init, "Rate of positions at first, per extent"),
  position_lr_final: number(D.position_lr_final, "Rate of positions at last, per extent"),
  position_lr_delay_mult: number(D.position_lr_delay_mult, "Without effect, as in the reference"),
  position_lr_max_steps: whole(D.position_lr_max_steps, "Iterations between the two", 1),
  feature_lr: number(D.feature_lr, "Rate of colours; higher harmonics have a twentieth"),
  opacity_lr: settled("opacity_lr", "Rate of opacities"),
  scaling_lr: number(D.scaling_lr, "Rate of scales"),
  rotation_lr: number(D.rotation_lr, "Rate of rotations"),
  exposure_lr_init: number(D.exposure_lr_init, "Rate of exposures at first"),
  exposure_lr_final: number(D.exposure_lr_final, "Rate of exposures at last"),
  exposure_lr_delay_steps: whole(D.exposure_lr_delay_steps, "Iterations that it takes to set in"),
  exposure_lr_delay_mult: number(D.exposure_lr_delay_mult, "Share of it at first"),
  percent_dense: number(D.percent_dense, "Size per extent from which Gaussians are split"),
  lambda_dssim: number(D.lambda_dssim, "Share of SSIM in the loss", { min: 0, max: 1 }),
  densification_interval: whole(D.densification_interval, "Iterations between densifications", 1),
  opacity_reset_interval: whole(D.opacity_reset_interval, "Iterations between resets", 1),
  densify_from_iter: whole(D.densify_from_iter, "Densify after this iteration"),
  densify_until_iter: settled("densify_until_iter", "Densify before this iteration", WHOLE),
  densify_grad_threshold: settled(
    "densify_grad_threshold",
    "Least gradient on the screen to grow",
  ),
  depth_l1_weight_init: number(D.depth_l1_weight_init, "Weight of inverse depth at first"),
  depth_l1_weight_final: number(D.depth_l1_weight_final, "Weight of inverse depth at last"),
  random_background: flag("A random colour behind everything, each iteration"),
  optimizer_type: {
    type: "string",
    default: "default",
    choices: ["default", "sparse_adam"],
    help: "Adam on all Gaussians, or on those in the picture",
  },
} as const;

/** Options of the reference's `train` besides, and ours. */
export const RUN_OPTIONS = {
  ip: text("127.0.0.1", "Where the reference's remote viewer may connect", "ADDRESS"),
  port: number(6009, "Its port", { integer: true, min: 0, max: 65535 }),
  debug_from: number(-1, "Accepted; errors are always checked", { integer: true, min: -1 }),
  detect_anomaly: flag("Accepted; a step whose picture has no room is never taken"),
  test_iterations: list("Evaluate at these; -1 for never (default 7000 30000)"),
  save_iterations: list("Save Gaussians at these and at the last (default 7000 30000)"),
  "save-every": whole(0, "Save Gaussians every so many iterations too, for view; 0 for not"),
  checkpoint_iterations: list("Save checkpoints at these"),
  start_checkpoint: {
    type: "string",
    value: "FILE",
    help: "Go on from a checkpoint, or the newest in a folder",
  },
  overwrite: flag("Start anew where the folder holds a model, which goes"),
  disable_viewer: flag("Wait for no remote viewer"),
  seed: number(D.seed, "Of views, backgrounds, splits and random points", SEED),
  strategy: {
    type: "string",
    default: "default",
    choices: Object.keys(STRATEGY_SETTINGS) as StrategyName[],
    help: `How Gaussians multiply: ${
      Object.entries(STRATEGY_SETTINGS).map(([name, { summary }]) => `${name}: ${summary}`).join(
        "; ",
      )
    }`,
  },
  "max-gaussians": settled("max_gaussians", "Most Gaussians, 0 for no limit", WHOLE),
  "random-points": whole(D.random_points, "Points to start from where the scene brings none", 1),
  opacity_reg: settled("opacity_reg", "Weight of the mean opacity in the loss"),
  scale_reg: settled("scale_reg", "Weight of the mean scale in the loss"),
  noise_lr: number(D.noise_lr, "mcmc: noise of positions in units of their rate"),
  "init-ply": { type: "string", value: "FILE", help: "Start from trained Gaussians" },
  "view-order": { type: "string", value: "FILE", help: "Names of views, one a line and iteration" },
  "background-order": {
    type: "string",
    value: "FILE",
    help: "Colours for --random_background, three numbers a line and iteration, or JSON",
  },
  "split-noise": {
    type: "string",
    value: "FILE",
    help: "JSON: normal numbers of the children of split Gaussians, a list for each densification",
  },
  "memory-limit": MEMORY_OPTION,
  "sh-degree-interval": whole(D.sh_degree_interval, "Iterations before one degree more", 1),
  "steps-scaler": {
    type: "number",
    value: "F",
    min: 0.0001,
    max: 100,
    help: "F times as many iterations, in all and of each part of the schedule",
  },
  quick: {
    type: "boolean",
    help:
      "A first look in minutes: 7000 iterations, or 1000 on pictures an eighth as wide where a " +
      "processor plays GPU, and the schedule with them",
  },
  "batch-views": whole(D.batch_views, "Views that each process draws in a step", 1),
  "scale-lr": flag(
    "Rates and moments of Adam by the views of a step, so that steps go as far as one for each view",
  ),
  "shard-gaussians": flag(
    "With --gpus: each process holds a part of the Gaussians, for scenes larger than one card",
  ),
  profile: { type: "boolean", help: "Time every kernel on the GPU and list them at the end" },
  "log-every": whole(10, "Iterations between rows of metrics.jsonl", 1),
  gradients: {
    type: "string",
    default: "reference",
    choices: ["reference", "exact"],
    help: "Derivatives as the reference's kernels have them, or exact ones",
  },
  "depth-loss": {
    type: "string",
    default: "l1",
    choices: ["l1", "pearson", "ordinal"],
    help:
      "Inverse depths are compared by their mean difference, by their correlation alone, or by " +
      "their order",
  },
  compact: flag(
    "Adam's moments in 8 bits: two thirds of the memory, for a little quality",
  ),
  "background-noise": number(
    D.background_noise,
    "How far the colour behind everything wanders each iteration, 0 to 1",
    { max: 1 },
  ),
  alpha: {
    type: "string",
    default: "composite",
    choices: ["composite", "mask"],
    help: "RGBA pictures: laid over the background, or read as the reference does",
  },
  "principal-point": {
    type: "string",
    default: D.principal_point,
    choices: ["use", "centre"],
    help:
      "Off-centre principal points of cameras: used, or put to the middle as the reference does",
  },
  lenses: {
    type: "string",
    default: D.lenses,
    choices: ["auto", "native", "undistort"],
    help:
      "Look through lenses with distortion, or straighten their pictures; auto: the latter for " +
      "transforms.json without fisheyes",
  },
  undistort: flag("Short for --lenses undistort"),
  projection: {
    type: "string",
    default: D.projection,
    choices: ["ewa", "unscented"],
    help:
      "How shapes come to the screen: by the lens's Jacobian, or by pictures of seven points of each",
  },
  "unscented-alpha": number(
    D.unscented_alpha,
    "How far those points lie, in units of sqrt(3) standard deviations; gsplat has 0.1",
  ),
  masks: {
    type: "string",
    default: D.masks,
    choices: ["use", "ignore", "inverted"],
    help: "Masks of pictures: what is dark does not count, all counts, or what is bright does not",
  },
  "refine-poses": flag("Learn where the photos were taken too, from where the scene says on"),
  "pose-lr": number(D.pose_lr, "Rate of poses at first, radians and extents of the cameras a step"),
  "pose-reg": number(D.pose_reg, "Decay of what poses were moved by"),
  appearance: {
    type: "string",
    default: D.appearance,
    choices: Object.keys(APPEARANCE_SUMMARIES) as AppearanceName[],
    help: `What pictures differ in besides what they show: ${
      Object.entries(APPEARANCE_SUMMARIES).map(([name, summary]) => `${name}: ${summary}`).join(
        "; ",
      )
    }`,
  },
  "appearance-lr": number(D.appearance_lr, "Rate of what PPISP and bilateral grids learn"),
  "ppisp-controller": flag(
    "In the last fifth PPISP learns to guess exposure and colours of views that are not trained on",
  ),
  absgrad: flag("Short for --strategy absgrad"),
  json: JSON_OPTION,
} as const;
