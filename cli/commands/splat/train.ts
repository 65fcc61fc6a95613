import { resolve } from "@std/path";
import { assertSame, VERSION } from "../../../model/mod.ts";
import { GuiServer, type SceneEvent, trainScene } from "../../../mod.ts";
import {
  scaledStep,
  scaledSteps,
  SPLAT_DEFAULTS,
  type SplatConfig,
  splatConfig,
} from "../../../model/splat/mod.ts";
import { openGpu } from "../../gpu.ts";
import { LongRunWarning } from "../../long_run.ts";
import { memoryRoomOf } from "../../gpu_memory.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { saveWishes, stoppable, STOPPED } from "../../interrupt.ts";
import { camelCase } from "../../command_line/options.ts";
import { readGpus } from "../../ranks/start_ranks.ts";
import { RANKS_OPTIONS, withRanks } from "../../ranks/with_ranks.ts";
import { formatProfile, PROFILED_STEPS } from "../../run_tables.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { SETTINGS_OPTION, withSettings } from "./words/settings_words.ts";
import { SITUATION_OPTION, situationText, withSituation } from "./words/situation_words.ts";
import { quickConfig, quickProposal } from "./quick.ts";
import { formatSplatSummary, SplatTrainProgress } from "./train_progress.ts";
import { iterationList, referenceWords } from "./words/reference_words.ts";
import {
  MODEL_OPTIONS,
  OPTIMIZATION_OPTIONS,
  PIPELINE_OPTIONS,
  RUN_OPTIONS,
} from "./train_options.ts";

/** More files of Gaussians than that are a slip of the keyboard. */
const MOST_SAVES = 10_000;

/** Iterations that the reference evaluates and saves at. */
const USUAL = [7000, 30000];

const command = defineCommand({
  summary: "Train 3D Gaussians on a scene of posed pictures",
  needs: ["read", "write", "env", "sys", "net", "run", "ffi"],
  gpu: true,
  examples: [
    "-s photos -m out/room --eval",
    "-s photos -m out/room --quick",
    "-s photos -m out/room --for phone --eval",
    "-s photos -m out/room -r 4 --steps-scaler 0.25",
    "-s photos -m out/again --config out/room --seed 1",
    "-s photos -m out/room --start_checkpoint out/room",
  ],
  options: {
    ...MODEL_OPTIONS,
    ...PIPELINE_OPTIONS,
    ...OPTIMIZATION_OPTIONS,
    ...RUN_OPTIONS,
    ...RANKS_OPTIONS,
    config: SETTINGS_OPTION,
    for: SITUATION_OPTION,
  },
  run: (values, terminal) => {
    const { model_path: folder, gpus } = values;
    if (readGpus(gpus).count > 1) assertFolder(folder);
    return withRanks(values, { terminal, folder }, async (ranks, terminal) => {
      if (ranks.size > 1) assertFolder(folder);
      else if (values.shardGaussians) {
        throw new UsageError(
          'Cannot spread Gaussians by "--shard-gaussians": there is one process, two or more are needed',
          "--gpus N starts so many",
        );
      }
      const whole = configOf(values);
      const { stepsScaler, quick } = values;
      if (quick && stepsScaler !== undefined) {
        throw new UsageError(
          "Cannot scale a training twice: --quick and --steps-scaler exclude each other",
        );
      }
      terminal.note(`Optimizing ${whole.model_path}`);
      if (values.for !== undefined) terminal.note(situationText(values.for, whole));
      const gpu = await openGpu();
      const config = quick ? quickConfig(whole, gpu.name) : scaledSteps(whole, stepsScaler ?? 1);
      const { iterations } = config;
      // What is done at certain iterations moves with the schedule.
      const scaled = (list: readonly number[]) =>
        list.map((iteration) => scaledStep(iteration, iterations / whole.iterations));
      const listed = (name: "test_iterations" | "save_iterations" | "checkpoint_iterations") =>
        scaled(iterationList(name, values[name]));
      const save = values.save_iterations.length ? listed("save_iterations") : scaled(USUAL);
      const testIterations = values.test_iterations.length
        ? listed("test_iterations")
        // The end of a shorter run is measured too, where views were held out for it.
        : [...scaled(USUAL), ...config.eval ? [iterations] : []];
      const saveIterations = [
        ...new Set([...save, ...multiples(values.saveEvery, iterations), iterations]),
      ];
      await assertSame(
        ranks,
        "program and settings",
        `voxsplat ${VERSION}, ${JSON.stringify({ config, testIterations, saveIterations })}`,
      );
      const proposal = quickProposal(config, gpu.name.software);
      const long = { steps: iterations, unit: "iterations", adapter: gpu.name, proposal } as const;
      const warning = new LongRunWarning(long, terminal);
      const progress = new SplatTrainProgress(terminal);
      let viewer: GuiServer | null = null;
      const stop = new AbortController();
      using wishes = saveWishes(terminal);
      try {
        if (values.shardGaussians) {
          if (!values.disable_viewer) terminal.note(NO_VIEWER);
          // Where one rank is held, all are.
        } else if (!values.disable_viewer && ranks.rank === 0) {
          viewer = await openViewer(values, terminal);
        }
        terminal.note(
          `on ${gpu.name.description}${gpu.name.software ? ", a software adapter" : ""}`,
        );
        terminal.note(`reading ${config.source_path}`);
        const profiler = values.profile ? gpu.startProfile() : null;
        const events = trainScene(gpu, {
          config,
          ranks,
          testIterations,
          saveIterations,
          checkpointIterations: listed("checkpoint_iterations"),
          startCheckpoint: values.start_checkpoint,
          initPly: values.initPly,
          viewOrder: values.viewOrder,
          backgroundOrder: values.backgroundOrder,
          splitNoise: values.splitNoise,
          memory: await memoryRoomOf(gpu, values.memoryLimit),
          logEvery: values.logEvery,
          onTask: (task) => progress.task(task),
          viewer: {
            async serve(iteration, scene, stop) {
              warning.tick(iteration);
              // Each submission keeps its times on the GPU until they are read.
              if (iteration % PROFILED_STEPS === 0) await profiler?.rows();
              await viewer?.serve(iteration, scene, stop);
            },
          },
          overwrite: values.overwrite,
          stop: stop.signal,
          saveNow: wishes.saveNow,
        });
        const lost: string[] = [];
        const tell = (event: SceneEvent) => {
          if (event.type === "remark" && event.lost) lost.push(event.text);
          if (values.json && shows(event, values.logEvery)) terminal.printJson(event);
          progress.draw(event);
        };
        try {
          // Until it has started there is nothing to save, and long work during which no signal is heard.
          for (let next = await events.next(); !next.done; next = await events.next()) {
            tell(next.value);
            if (next.value.type === "started") break;
          }
          await stoppable(terminal, async (signal) => {
            signal.addEventListener("abort", () => stop.abort());
            for await (const event of events) tell(event);
          });
        } finally {
          await events.return();
        }
        const { summary, stoppedAt } = progress;
        const profile = await profiler?.rows();
        profiler?.stop();
        if (values.json) {
          const times = profile ? { profile } : {};
          terminal.printJson({ type: "summary", ...summary, path: config.model_path, ...times });
        } else {
          if (summary) terminal.print(formatSplatSummary(summary));
          if (profile) terminal.print(`\n${formatProfile(profile)}`);
          terminal.print(config.model_path);
        }
        // Told at its start too, but that may be days above.
        for (const text of lost) terminal.complain(`left out: ${text}`);
        if (stoppedAt === null) return 0;
        terminal.complain(progress.describeStop({ iterations, folder: config.model_path }));
        return STOPPED;
      } finally {
        progress.flush();
        await viewer?.close();
        gpu.destroy();
      }
    });
  },
});

const NO_VIEWER =
  "no remote viewer and no pictures of the run: with --shard-gaussians no process has all Gaussians";

/** Ranks write to one folder: each would make up a name of its own. */
function assertFolder(folder: string | undefined): void {
  if (folder !== undefined) return;
  throw new UsageError(
    'Cannot train on several GPUs without "--model_path"',
    "-m DIR says where the model goes",
  );
}

/** Waits for the reference's remote viewer; a port that is taken does not stop the training. */
async function openViewer(
  { ip, port, source_path }: { ip: string; port: number; source_path: string },
  terminal: Terminal,
): Promise<GuiServer | null> {
  try {
    const onRemark = (text: string) => terminal.note(text);
    return await GuiServer.open({ ip, port, verify: resolve(source_path), onRemark });
  } catch (error) {
    terminal.note(
      `${error instanceof Error ? error.message : error}; training goes on without, ` +
        "--port takes another, --disable_viewer none",
    );
    return null;
  }
}

/** The iterations up to `last` that `every` divides; none for 0. */
function multiples(every: number, last: number): number[] {
  if (every > 0 && last / every > MOST_SAVES) {
    throw new UsageError(
      `Cannot save every ${every} of ${last} iterations: these are more than ${MOST_SAVES} files`,
      "--save-every takes the iterations between two",
    );
  }
  return Array.from({ length: every && Math.floor(last / every) }, (_, i) => (i + 1) * every);
}

/** `splat train`, with the reference's flags. */
export const splatTrain: Command = {
  ...command,
  run: (words, terminal) => {
    const { options } = command;
    return command.run(
      withSettings(withSituation(referenceWords(words, options), options), options),
      terminal,
    );
  },
};

function configOf(values: Readonly<Record<string, unknown>>): SplatConfig {
  if (values.absgrad && !["default", "absgrad"].includes(values.strategy as string)) {
    throw new UsageError(
      `Cannot densify by "--absgrad" and "--strategy ${values.strategy}": one of them is right`,
    );
  }
  if (values.undistort && values.lenses === "native") {
    throw new UsageError(
      'Cannot read lenses by "--undistort" and "--lenses native": one of them is right',
    );
  }
  const given = Object.keys(SPLAT_DEFAULTS).flatMap((name) => {
    const value = values[name] ?? values[camelCase(name.replaceAll("_", "-"))];
    return value === undefined ? [] : [[name, value]];
  });
  return splatConfig({
    ...Object.fromEntries(given),
    ...values.absgrad ? { strategy: "absgrad" } : {},
    ...values.undistort ? { lenses: "undistort" } : {},
    model_path: values.model_path as string | undefined ??
      `./output/${crypto.randomUUID().slice(0, 10)}`,
  });
}

function shows(event: SceneEvent, every: number): boolean {
  return event.type !== "step" || event.iteration % every === 0;
}
