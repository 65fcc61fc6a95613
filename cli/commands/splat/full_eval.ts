import { join } from "@std/path";
import { gatherValues } from "../../../model/mod.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { describeFailure } from "../../terminal/failure.ts";
import { STOPPED } from "../../interrupt.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import {
  type EvalFlags,
  type EvalScene,
  evalScenes,
  type EvalSet,
  measuredIterations,
  paperScenes,
  renderWords,
  timingText,
  trainWords,
} from "./full_eval_plan.ts";
import { type MeasuredModel, measureModels } from "./full_eval_report.ts";
import { GPUS_OPTION, RANKS_OPTIONS, withRanks } from "../../ranks/with_ranks.ts";
import { LPIPS_OPTIONS, lpipsFiles } from "./lpips_options.ts";
import { referenceWords } from "./words/reference_words.ts";
import { splatRender } from "./render.ts";
import { splatTrain } from "./train.ts";

const SHORT = {
  m360: "mipnerf360",
  tat: "tanksandtemples",
  db: "deepblending",
  o: "output_path",
  m: "model_paths",
  r: "resolution",
};

const command = defineCommand({
  summary: "Train, render and measure the scenes of the 3DGS paper, or others",
  needs: ["read", "write", "env", "sys", "net", "run", "ffi"],
  gpu: true,
  examples: ["--scenes photos -o eval --iterations 7000"],
  options: {
    mipnerf360: { type: "string", value: "DIR", help: "-m360: folder of Mip-NeRF 360's scenes" },
    tanksandtemples: { type: "string", value: "DIR", help: "-tat: folder of truck and train" },
    deepblending: { type: "string", value: "DIR", help: "-db: folder of drjohnson and playroom" },
    scenes: { type: "list", value: "DIR", help: "Folders of other scenes, each a scene" },
    output_path: { type: "string", value: "DIR", default: "./eval", help: "-o: where models go" },
    model_paths: { type: "list", value: "DIR", help: "-m: only measure these models" },
    skip_training: { type: "boolean", help: "Take the models as they are" },
    skip_rendering: { type: "boolean", help: "Take the pictures as they are" },
    skip_metrics: { type: "boolean", help: "Do not measure" },
    use_depth: { type: "boolean", help: 'Train with inverse depth of "depths2"' },
    use_expcomp: { type: "boolean", help: "Learn exposures, measure right halves" },
    fast: { type: "boolean", help: "Train with sparse Adam" },
    aa: { type: "boolean", help: "Train and render with antialiasing" },
    iterations: { type: "number", integer: true, min: 1, help: "Instead of 30000" },
    resolution: { type: "number", integer: true, min: -1, help: "-r: as for train" },
    seed: { type: "number", integer: true, min: 0, max: MOST_SEED, help: "As for train" },
    ...LPIPS_OPTIONS,
    gpus: {
      ...GPUS_OPTION,
      help: "Share the scenes among so many processes, each trained on a GPU",
    },
    "share-gpu": RANKS_OPTIONS["share-gpu"],
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: values.output_path }, async (ranks, terminal) => {
      lpipsFiles(values); // what is wrong with them is told before hours of training
      const { output_path: output, scenes, model_paths: models } = values;
      const onlyMetrics = models.length > 0;
      const skip = {
        training: values.skip_training || onlyMetrics,
        rendering: values.skip_rendering || onlyMetrics,
      };
      let all = evalScenes({
        m360: values.mipnerf360,
        tandt: values.tanksandtemples,
        db: values.deepblending,
        scenes,
        output,
      });
      const twice = all.find(({ name }, i) => all.findIndex((one) => one.name === name) < i);
      if (twice) {
        throw new UsageError(`Cannot evaluate "${twice.source}": another scene has its name`);
      }
      if (all.length === 0 && !(skip.training && skip.rendering)) {
        throw new UsageError(
          "Cannot evaluate without scenes",
          "-m360, -tat and -db name the folders of the paper's data sets, --scenes others",
        );
      }
      if (!skip.training || !skip.rendering) {
        all = present(all, terminal);
        if (all.length === 0) throw new Error("Cannot evaluate: none of the scenes is there");
      }
      const failures = new Set<string>();
      const flags: EvalFlags = values;
      const own = all.filter((_, i) => i % ranks.size === ranks.rank);
      if (!skip.training) {
        // Written after each scene, so that a run that is stopped leaves the times so far.
        const write = (took: readonly Took[]) => ranks.rank === 0 && writeTimes(output, took);
        const trained = await trainAll(own, { flags, write, terminal, failures });
        const all = await gatherValues(ranks, trained);
        write(all.flatMap(({ took }) => took));
        if (all.some(({ stopped }) => stopped)) return STOPPED;
      }
      if (!skip.rendering) {
        for (const scene of own.filter(({ name }) => !failures.has(name))) {
          for (const iteration of measuredIterations(flags)) {
            terminal.note(`${scene.name}: rendering iteration ${iteration}`);
            await attempt(
              scene.name,
              { terminal, failures },
              () => splatRender.run(renderWords(scene, iteration, flags), muted(terminal)),
            );
          }
        }
      }
      for (const name of (await gatherValues(ranks, [...failures])).flat()) failures.add(name);
      if (values.skip_metrics) return failures.size ? 1 : 0;
      const chosen = onlyMetrics
        ? models.map((model) => ({ set: "scenes" as const, name: model, model }))
        : all.length > 0
        ? all.filter(({ name }) => !failures.has(name))
        : measured(output);
      if (chosen.length === 0) throw new Error("Cannot measure: there is no model");
      const code = await measureModels(chosen, values, { ranks, terminal });
      return failures.size ? 1 : code;
    }),
});

interface Run {
  readonly terminal: Terminal;
  /** Names of the scenes that something went wrong with. */
  readonly failures: Set<string>;
}

/** Scenes with a folder; one line names the others. */
function present(all: readonly EvalScene[], terminal: Terminal): EvalScene[] {
  const there = all.filter(({ source }) => isFolder(source));
  const absent = all.filter((scene) => !there.includes(scene));
  if (absent.length > 0) {
    terminal.complain(
      `left out, no such folder: ${absent.map(({ source }) => `"${source}"`).join(", ")}`,
    );
  }
  return there;
}

/** Models of the paper's scenes below the output folder. */
function measured(output: string): MeasuredModel[] {
  return paperScenes().map((scene) => ({ ...scene, model: join(output, scene.name) }))
    .filter(({ model }) => isFolder(model));
}

/** Minutes that a scene of a set took. */
type Took = readonly [EvalSet, number];

/** Trains scene after scene; Ctrl-C ends one, and with it the others. */
async function trainAll(
  scenes: readonly EvalScene[],
  { flags, write, ...run }: Run & {
    flags: EvalFlags;
    /** Told after each scene what was taken so far. */
    write: (took: readonly Took[]) => void;
  },
): Promise<{ stopped: boolean; took: Took[] }> {
  const took: Took[] = [];
  for (const scene of scenes) {
    const started = performance.now();
    run.terminal.note(`${scene.name}: training`);
    const code = await attempt(
      scene.name,
      run,
      () => splatTrain.run(trainWords(scene, flags), muted(run.terminal)),
    );
    if (code === STOPPED) return { stopped: true, took };
    took.push([scene.set, (performance.now() - started) / 60_000]);
    write(took);
  }
  return { stopped: false, took };
}

function writeTimes(output: string, took: readonly Took[]): void {
  const minutes = new Map<EvalSet, number>();
  for (const [set, spent] of took) minutes.set(set, (minutes.get(set) ?? 0) + spent);
  Deno.mkdirSync(output, { recursive: true });
  Deno.writeTextFileSync(join(output, "timing.txt"), timingText(minutes));
}

/** One scene that fails does not end the others. */
async function attempt(
  name: string,
  { terminal, failures }: Run,
  work: () => Promise<number>,
): Promise<number> {
  let code = 1;
  try {
    code = await work();
  } catch (error) {
    terminal.complain(`${name}: ${describeFailure(error).lines.join("\n")}`);
  }
  if (code !== 0) failures.add(name);
  return code;
}

/** The same screen without results and remarks: progress and complaints are shown. */
function muted({ complain, progress }: Terminal): Terminal {
  const silent = () => {};
  return { print: silent, printJson: silent, note: silent, complain, progress, columns: Infinity };
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** `splat full-eval`, with the reference's flags. */
export const splatFullEval: Command = {
  ...command,
  run: (words, terminal) => command.run(referenceWords(words, command.options, SHORT), terminal),
};
