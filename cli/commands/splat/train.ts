import { resolve } from "@std/path";
import {
  Gpu,
  GuiServer,
  MCMC_DEFAULTS,
  type SceneEvent,
  SPLAT_DEFAULTS,
  type SplatConfig,
  trainScene,
} from "../../../mod.ts";
import { type Command, defineCommand } from "../../command.ts";
import type { Terminal } from "../../terminal.ts";
import { iterationList, referenceWords } from "./reference_words.ts";
import {
  MODEL_OPTIONS,
  OPTIMIZATION_OPTIONS,
  PIPELINE_OPTIONS,
  RUN_OPTIONS,
} from "./train_options.ts";

/** Iterations that the reference evaluates and saves at. */
const USUAL = [7000, 30000];

const command = defineCommand({
  summary: "Train 3D Gaussians on a scene of posed pictures",
  options: { ...MODEL_OPTIONS, ...PIPELINE_OPTIONS, ...OPTIMIZATION_OPTIONS, ...RUN_OPTIONS },
  run: async (values, terminal) => {
    const config = configOf(values);
    const { iterations } = config;
    const save = values.save_iterations.length
      ? iterationList("save_iterations", values.save_iterations)
      : USUAL;
    terminal.note(`Optimizing ${config.model_path}`);
    const gpu = await Gpu.open();
    let viewer: GuiServer | null = null;
    try {
      if (!values.disable_viewer) viewer = await openViewer(values, terminal);
      terminal.note(`on ${gpu.name.description}${gpu.name.software ? ", a software adapter" : ""}`);
      const events = trainScene(gpu, {
        config,
        testIterations: values.test_iterations.length
          ? iterationList("test_iterations", values.test_iterations)
          : USUAL,
        saveIterations: [
          ...new Set([...save, ...multiples(values.saveEvery, iterations), iterations]),
        ],
        checkpointIterations: iterationList("checkpoint_iterations", values.checkpoint_iterations),
        startCheckpoint: values.start_checkpoint,
        initPly: values.initPly,
        viewOrder: values.viewOrder,
        backgroundOrder: values.backgroundOrder,
        splitNoise: values.splitNoise,
        logEvery: values.logEvery,
        viewer: viewer ?? undefined,
      });
      for await (const event of events) {
        if (values.json && shows(event, values.logEvery)) terminal.printJson(event);
        draw(event, terminal);
      }
      if (!values.json) terminal.print(config.model_path);
    } finally {
      await viewer?.close();
      gpu.destroy();
    }
  },
});

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
  return Array.from({ length: every && Math.floor(last / every) }, (_, i) => (i + 1) * every);
}

/** `splat train`, with the reference's flags. */
export const splatTrain: Command = {
  ...command,
  run: (words, terminal) =>
    command.run(withStrategy(referenceWords(words, command.options)), terminal),
};

/** Adds what 3DGS-MCMC sets otherwise, unless it is given. */
function withStrategy(words: readonly string[]): string[] {
  if (!words.includes("--strategy=mcmc")) return [...words];
  const missing = Object.entries(MCMC_DEFAULTS).flatMap(([option, value]) => {
    const name = option in command.options ? option : option.replaceAll("_", "-");
    return words.some((word) => word.startsWith(`--${name}=`)) ? [] : [`--${name}=${value}`];
  });
  return [...words, ...missing];
}

function configOf(values: Readonly<Record<string, unknown>>): SplatConfig {
  const given = Object.fromEntries(
    Object.keys(SPLAT_DEFAULTS).map((name) => [name, values[name]]).filter(([, value]) =>
      value !== undefined
    ),
  );
  return {
    ...SPLAT_DEFAULTS,
    ...given,
    max_gaussians: values.maxGaussians as number,
    random_points: values.randomPoints as number,
    model_path: values.model_path as string | undefined ??
      `./output/${crypto.randomUUID().slice(0, 10)}`,
  };
}

function shows(event: SceneEvent, every: number): boolean {
  return event.type !== "step" || event.iteration % every === 0;
}

function draw(event: SceneEvent, { progress, note }: Terminal): void {
  const line = (text: string) => progress.draw({ type: "note", text });
  switch (event.type) {
    case "remark":
      return note(event.text);
    case "started":
      note(
        `${event.gaussians} Gaussians, ${event.views} views, extent ${event.extent.toPrecision(4)}`,
      );
      return progress.draw({
        type: "started",
        label: "training",
        unit: "iteration",
        total: event.iterations,
        done: event.iteration,
      });
    case "step":
      return progress.draw({
        type: "step",
        done: event.iteration,
        figures: { loss: Number(event.loss.toFixed(7)), Gaussians: event.gaussians },
      });
    case "evaluated": {
      const { l1, channelPsnr, psnr, ssim } = event.metrics.mean;
      return line(
        `[ITER ${event.iteration}] Evaluating ${event.set}: L1 ${l1} PSNR ${channelPsnr} ` +
          `(8-bit: PSNR ${psnr.toFixed(3)}, SSIM ${ssim.toFixed(4)})`,
      );
    }
    case "saved":
      return line(`[ITER ${event.iteration}] Saving Gaussians to ${event.path}`);
    case "checkpoint":
      return line(`[ITER ${event.iteration}] Saving Checkpoint to ${event.path}`);
    case "skipped":
      return line(
        `[ITER ${event.iteration}] skipped: ${event.pairs} pairs of Gaussian and tile had no room`,
      );
    case "finished":
      progress.draw({ type: "finished" });
      return note("Training complete.");
  }
}
