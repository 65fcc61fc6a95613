import type { Gpu } from "../../../gpu/device.ts";
import { checkConfig } from "../config.ts";
import { CurveLog, type CurveRow } from "./curve_log.ts";
import { mostPairs, rasterOptions } from "../draw.ts";
import { ShotPixels } from "../scene/shot.ts";
import type { SplatEvent } from "./train_events.ts";
import { Iterations } from "./iterations.ts";
import { ShotOrder } from "./shot_order.ts";
import { SplatTraining, type SplatTrainOptions } from "./splat_training.ts";

/** Bytes of pictures that stay on the GPU. */
export const PIXEL_BUDGET = 2 ** 30;
/** Views whose pairs are counted before training starts. */
const COUNTED_VIEWS = 32;

/** Trains Gaussians on pictures (3DGS, Kerbl et al. 2023) and tells what happens. */
export async function* trainSplat(
  gpu: Gpu,
  options: SplatTrainOptions,
): AsyncGenerator<SplatEvent, void, void> {
  checkConfig(options.config);
  const { config, train, extent } = options;
  const { iterations } = config;
  const order = new ShotOrder(options);
  gpu.random.seed = config.seed;
  gpu.random.counter = 0;
  const training = new SplatTraining(gpu, options);
  const { gaussians } = training;
  const pixels = new ShotPixels(gpu, config.data_device === "cpu" ? 0 : PIXEL_BUDGET);
  const log = new CurveLog(gpu);
  const started = performance.now();
  const totals = () => ({
    gaussians: gaussians.count,
    seconds: (performance.now() - started) / 1000,
    peakMemory: gpu.memory.peak,
  });
  try {
    const first = options.restore?.(training) ?? 0;
    order.skip(first);
    yield {
      type: "started",
      adapter: gpu.name.description,
      iteration: first,
      iterations,
      gaussians: gaussians.count,
      views: train.length,
      extent,
    };
    await makeRoom(training);
    const tell = function* (rows: readonly CurveRow[]): Generator<SplatEvent> {
      for (const row of rows) {
        training.budget.note(row.pairs);
        if (row.overflow) yield { type: "skipped", iteration: row.iteration, pairs: row.pairs };
        else yield { type: "step", ...row };
      }
    };
    const run = new Iterations(training, { pixels, log });
    for (let iteration = first + 1; iteration <= iterations; iteration++) {
      if (options.viewer) {
        await options.viewer.serve(iteration, { gaussians, config }, options.stop);
      }
      const stops = options.stop?.aborted === true && iteration < iterations;
      const events = await run.next(iteration, order.next(), stops);
      yield* tell(await log.due(events.length > 0 || stops || iteration === iterations));
      yield* events;
      if (stops) return yield { type: "stopped", iteration, ...totals() };
    }
    await gpu.check();
    yield { type: "finished", iteration: Math.max(first, iterations), ...totals() };
  } finally {
    pixels.release();
    log.release();
    training.release();
  }
}

/** Counts pairs beforehand, so that the first pictures have room. */
async function makeRoom({ gaussians, budget, options }: SplatTraining): Promise<void> {
  const { train, config } = options;
  const step = Math.max(1, Math.ceil(train.length / COUNTED_VIEWS));
  const cameras = train.filter((_, i) => i % step === 0).map(({ camera }) => camera);
  budget.note(await mostPairs(gaussians, cameras, rasterOptions(config)));
}
