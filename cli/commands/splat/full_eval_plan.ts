import { basename, join } from "@std/path";

/** A data set of the 3DGS paper, or "scenes" for those named one by one. */
export type EvalSet = "m360" | "tandt" | "db" | "scenes";

/** Scenes of the paper's data sets, with the folder of pictures that they are trained on. */
const SCENES: Readonly<Record<Exclude<EvalSet, "scenes">, Readonly<Record<string, string>>>> = {
  m360: {
    bicycle: "images_4",
    flowers: "images_4",
    garden: "images_4",
    stump: "images_4",
    treehill: "images_4",
    room: "images_2",
    counter: "images_2",
    kitchen: "images_2",
    bonsai: "images_2",
  },
  tandt: { truck: "", train: "" },
  db: { drjohnson: "", playroom: "" },
};

/** Iterations whose Gaussians the reference draws and measures. */
const MEASURED = [7000, 30000];

/** One scene of an evaluation. */
export interface EvalScene {
  readonly set: EvalSet;
  readonly name: string;
  readonly source: string;
  /** Folder of pictures below `source`; "" for the usual one. */
  readonly images: string;
  readonly model: string;
}

/** Where the scenes are, and where the models go. */
export interface EvalRoots {
  readonly m360?: string | undefined;
  readonly tandt?: string | undefined;
  readonly db?: string | undefined;
  readonly scenes: readonly string[];
  readonly output: string;
}

/** All scenes of the data sets that are given, then those named one by one. */
export function evalScenes({ output, scenes, ...roots }: EvalRoots): EvalScene[] {
  const listed = (Object.keys(SCENES) as (keyof typeof SCENES)[]).flatMap((set) => {
    const root = roots[set];
    if (root === undefined) return [];
    return Object.entries(SCENES[set]).map(([name, images]) => ({
      set,
      name,
      images,
      source: join(root, name),
    }));
  });
  const named = scenes.map((source) => ({
    set: "scenes" as const,
    name: basename(source),
    images: "",
    source,
  }));
  return [...listed, ...named].map((scene) => ({ ...scene, model: join(output, scene.name) }));
}

/** Names of all scenes of the paper, in its order. */
export function paperScenes(): { set: EvalSet; name: string }[] {
  return Object.entries(SCENES).flatMap(([set, scenes]) =>
    Object.keys(scenes).map((name) => ({ set: set as EvalSet, name }))
  );
}

/** What changes the reference's commands. */
export interface EvalFlags {
  readonly use_depth: boolean;
  readonly use_expcomp: boolean;
  readonly fast: boolean;
  readonly aa: boolean;
  readonly iterations: number | undefined;
  readonly resolution: number | undefined;
  readonly seed: number | undefined;
}

/** The words of `splat train` for a scene, the reference's first. */
export function trainWords({ source, images, model }: EvalScene, flags: EvalFlags): string[] {
  return [
    ...["-s", source],
    ...(images ? ["-i", images] : []),
    ...["-m", model, "--disable_viewer", "--quiet", "--eval", "--test_iterations", "-1"],
    ...(flags.use_depth ? ["-d", "depths2/"] : []),
    ...(flags.use_expcomp
      ? [
        "--exposure_lr_init=0.001",
        "--exposure_lr_final=0.0001",
        "--exposure_lr_delay_steps=5000",
        "--exposure_lr_delay_mult=0.001",
        "--train_test_exp",
      ]
      : []),
    ...(flags.fast ? ["--optimizer_type", "sparse_adam"] : []),
    ...(flags.aa ? ["--antialiasing"] : []),
    ...(flags.iterations === undefined ? [] : [`--iterations=${flags.iterations}`]),
    ...(flags.resolution === undefined ? [] : [`--resolution=${flags.resolution}`]),
    ...(flags.seed === undefined ? [] : [`--seed=${flags.seed}`]),
  ];
}

/** Iterations that are drawn and measured; a shorter training has its last one. */
export function measuredIterations({ iterations = 30_000 }: EvalFlags): number[] {
  return [...new Set([...MEASURED.filter((usual) => usual <= iterations), iterations])];
}

/** The words of `splat render` for a scene. */
export function renderWords(
  { source, model }: EvalScene,
  iteration: number,
  flags: EvalFlags,
): string[] {
  return [
    ...["--iteration", String(iteration), "-s", source, "-m", model],
    ...["--quiet", "--eval", "--skip_train"],
    ...(flags.aa ? ["--antialiasing"] : []),
    ...(flags.use_expcomp ? ["--train_test_exp"] : []),
  ];
}

/** The reference's `timing.txt`: minutes of training by data set. */
export function timingText(minutes: ReadonlyMap<EvalSet, number>): string {
  const lines = [...minutes].map(([set, value]) => `${set}: ${value} minutes`);
  return `${lines.join("\n ")}\n`;
}
