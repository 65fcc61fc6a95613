/** Words that other programs, and other commands here, use for what an option does. */
interface Meaning {
  readonly words: readonly string[];
  /** What they may mean, the most likely first; what follows a space is a value to give. */
  readonly options: readonly string[];
}

// Words are compared in small letters, with hyphens for underscores.
const OPTIONS: readonly Meaning[] = [
  {
    words: ["steps", "iterations", "iters", "iter", "max-steps", "max-iters", "max-iterations"]
      .concat("num-steps", "num-iters", "num-iterations", "n-iters", "train-steps", "niter")
      .concat("epochs", "max-epochs", "num-epochs"),
    options: ["steps", "iterations"],
  },
  {
    words: ["weights", "pretrained", "pretrained-model", "init", "finetune", "finetune-from"],
    options: ["load-from", "resume-from", "checkpoint", "start_checkpoint", "model_path"],
  },
  {
    words: ["checkpoint", "checkpoints", "checkpoint-path", "checkpoint-dir", "ckpt", "ckpt-path"]
      .concat("resume", "resume-from", "resume-checkpoint", "continue", "restore", "load")
      .concat("load-from", "load-checkpoint", "start-checkpoint", "model", "run", "snapshot"),
    options: ["resume-from", "start_checkpoint", "checkpoint", "model_path", "model_paths"],
  },
  {
    words: ["output", "outputs", "out", "o", "out-dir", "output-dir", "output-path", "out-path"]
      .concat("output-folder", "outdir", "save-dir", "save-path", "save-to", "work-dir", "workdir")
      .concat("log-dir", "logdir", "exp-dir", "dest", "destination", "result", "results", "to")
      .concat("output-file", "outfile", "to", "model-path", "run-dir", "target-dir"),
    options: ["work-dir", "out", "model_path", "output_path"],
  },
  {
    words: ["data", "data-dir", "data-path", "data-root", "dataroot", "dataset", "dataset-path"]
      .concat("datasets", "dataset-dir", "input", "in", "inputs", "source", "source-path", "root")
      .concat("scene", "src", "input-dir", "input-path", "nuscenes", "path", "dir", "folder"),
    options: ["data", "source_path", "nuscenes", "inputs"],
  },
  {
    words: ["config", "cfg", "conf", "config-file", "settings", "py-config", "yaml"],
    options: ["py-config", "config", "preset"],
  },
  { words: ["model", "arch", "variant", "model-name", "network"], options: ["preset"] },
  {
    words: ["lr", "learning-rate", "base-lr"],
    options: ["rate", "set optim.lr=1e-4", "position_lr_init"],
  },
  { words: ["weight-decay", "wd"], options: ["set optim.weightDecay=0.01"] },
  {
    words: ["batch-size", "batch", "bs", "samples-per-gpu", "accumulate", "accumulation"]
      .concat("accum", "grad-accum", "gradient-accumulation-steps"),
    options: ["gradient-accumulation"],
  },
  {
    words: ["save-interval", "save-freq", "checkpoint-interval", "checkpoint-every", "save"]
      .concat("save-steps", "ckpt-interval"),
    options: ["save-every", "save_iterations"],
  },
  {
    words: ["eval-interval", "val-interval", "eval-freq", "validate-every", "val-every"]
      .concat("eval-steps", "test-every", "evaluate"),
    options: ["eval-every", "test_iterations", "eval"],
  },
  { words: ["log-interval", "log-freq", "print-freq", "log-steps"], options: ["log-every"] },
  { words: ["random-seed", "rng-seed", "manual-seed"], options: ["seed"] },
  {
    words: ["num-gaussians", "max-points", "cap-max", "max-splats", "max-num", "limit"]
      .concat("n-gaussians", "max-gaussians", "count"),
    options: ["max-gaussians", "max-count", "num-samples"],
  },
  {
    words: ["downscale", "downsample", "data-factor", "factor", "image-scale", "scale", "width"]
      .concat("res", "resize", "image-size"),
    options: ["resolution", "size", "width"],
  },
  {
    words: ["samples", "num", "n", "max-samples", "frames", "num-frames"],
    options: ["num-samples"],
  },
  { words: ["verbose", "v", "trace", "traceback"], options: ["debug"] },
  { words: ["silent", "q", "no-progress"], options: ["quiet"] },
  { words: ["format", "output-format"], options: ["json"] },
  { words: ["bind", "address", "listen", "ip"], options: ["host"] },
  { words: ["browser", "launch"], options: ["open"] },
  { words: ["no-viewer", "headless", "no-gui"], options: ["disable_viewer"] },
  { words: ["cpu", "force", "force-cpu", "no-cuda", "allow-software"], options: ["software"] },
  { words: ["bbox", "box", "bounds", "aabb", "extent"], options: ["crop", "range"] },
  { words: ["degree", "sh", "max-sh-degree", "sh-degree"], options: ["sh_degree", "sh-degree"] },
  { words: ["voxel", "grid-size", "voxelsize", "cell-size"], options: ["voxel-size"] },
];

const COMMANDS: readonly { readonly words: readonly string[]; readonly command: string }[] = [
  { words: ["evaluate", "test", "val", "validate", "evaluation"], command: "eval" },
  { words: ["infer", "inference", "run", "forward"], command: "predict" },
  { words: ["show", "viewer", "open", "gui", "display"], command: "view" },
  { words: ["vis", "viz", "draw", "plot", "picture"], command: "visualize" },
  { words: ["fit", "learn", "training"], command: "train" },
  { words: ["info", "check", "env", "gpu", "diagnose"], command: "doctor" },
  { words: ["page", "html", "summary"], command: "report" },
  { words: ["example", "quickstart", "start", "tutorial"], command: "demo" },
  { words: ["build", "bundle"], command: "compile" },
  { words: ["3dgs", "gs", "gaussian-splatting", "splats"], command: "splat" },
];

/** The option that a word of another program means here, as `--name` with a value where it needs one. */
export function meantOption(given: string, known: readonly string[]): string | undefined {
  const word = plain(given);
  const options = OPTIONS.filter(({ words }) => words.includes(word))
    .flatMap((meaning) => meaning.options);
  const found = options.find((option) => known.includes(option.split(" ")[0]!));
  return found === undefined ? undefined : `--${found}`;
}

/** The commands, of all that there are below a table, that a word may mean. */
export function meantCommands(given: string, paths: readonly string[]): string[] {
  const word = plain(given);
  const last = paths.filter((path) => path.split(" ").at(-1) === word);
  if (last.length > 0) return last;
  const { command } = COMMANDS.find(({ words }) => words.includes(word)) ?? {};
  return command !== undefined && paths.includes(command) ? [command] : [];
}

function plain(word: string): string {
  return word.replace(/^[-–—]+/, "").replace(/=.*$/s, "").replaceAll("_", "-").toLowerCase();
}
