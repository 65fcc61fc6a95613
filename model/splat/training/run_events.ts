import { namesIn } from "../../../data/files/names_in.ts";
import type { SplatConfig } from "../config.ts";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { EventFile } from "../../../data/formats/tensorboard.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { beside, shrunk } from "../../../data/pictures/sheet.ts";
import { sigmoid } from "../../../data/splats/activation.ts";
import { VERSION } from "../../version.ts";
import { type Comparison, drawShot } from "../measures/evaluation.ts";
import { type Planes, quantised } from "../measures/picture_metrics.ts";
import { type Shot, ShotPixels } from "../scene/shot.ts";
import type { RunWatcher } from "../../run/run_folder.ts";
import type { SceneEvent, SplatEvent } from "./train_events.ts";
import type { SplatTrainee } from "./splat_trainee.ts";
import type { SplatTraining } from "./splat_training.ts";

/** What `run.json` in the folder of a model says of its training. */
export interface SplatRun {
  /** The resolved settings; older runs have none. */
  readonly config?: SplatConfig;
  readonly adapter: string;
  readonly version: string;
  readonly seed: number;
  readonly strategy: string;
  readonly iterations: number;
  readonly views: number;
  readonly gaussians: number;
  /** ISO 8601. */
  readonly started: string;
  /** Iterations that a checkpoint brought along. */
  readonly resumedAt: number;
  /** Once it has come to its end. */
  readonly finished?: { readonly seconds: number; readonly peakMemory: number };
}

/** Name of that file, and of the folder with pictures of one view as training goes on. */
export const RUN_FILE = "run.json";
export const RUN_PICTURES = "pictures";

// As many views of a set as the reference shows.
const SHOWN_VIEWS = 5;
// Wider pictures are shown smaller: encoding one of 1600 x 1060 takes longer than drawing it.
const MOST_WIDTH = 960;
const HISTOGRAM_EVERY = 1000;
const TIME_EVERY = 100;

/**
 * Leaves in a model's folder what can be watched of its training: TensorBoard events with the
 * reference's tags (losses, PSNR, views, opacities) and scales, one view beside its photo at the start,
 * at evaluations and at the end in `pictures/`, and `run.json`.
 */
export class RunEvents implements RunWatcher<SceneEvent> {
  readonly #pixels: ShotPixels;
  #truthShown = new Set<string>();
  // An evaluation may fall on an iteration that is logged anyway.
  #counted = -1;
  #spread = -1;
  #timed: { iteration: number; at: number };

  private constructor(
    private readonly training: SplatTraining,
    private readonly folder: string,
    private readonly events: EventFile,
    private run: SplatRun,
  ) {
    this.#pixels = new ShotPixels(training.gpu, 0);
    this.#timed = { iteration: run.resumedAt, at: performance.now() };
  }

  /** Opens the files of a run that begins or goes on. */
  static open({ training, first }: SplatTrainee, folder: string): RunEvents {
    const { gpu, options: { config, train } } = training;
    const { seed, strategy, iterations } = config;
    Deno.mkdirSync(join(folder, RUN_PICTURES), { recursive: true });
    dropPictures(join(folder, RUN_PICTURES), first);
    const run: SplatRun = {
      adapter: gpu.name.description,
      version: VERSION,
      seed,
      strategy,
      iterations,
      views: train.length,
      gaussians: training.count,
      started: new Date().toISOString(),
      resumedAt: first,
      config,
    };
    writeJson(join(folder, RUN_FILE), run);
    const events = EventFile.open(folder, { firstStep: first + 1 });
    return new RunEvents(training, folder, events, run);
  }

  /** Writes what an event tells; the training waits meanwhile. */
  async add(event: SceneEvent): Promise<void> {
    switch (event.type) {
      case "started":
        await this.#picture(event.iteration);
        return await this.#histograms(event.iteration);
      case "step": {
        const { iteration, l1, loss, gaussians } = event;
        this.events.scalar(iteration, "train_loss_patches/l1_loss", l1);
        this.events.scalar(iteration, "train_loss_patches/total_loss", loss);
        if (iteration % TIME_EVERY === 0) this.#time(iteration, gaussians);
        if (iteration % HISTOGRAM_EVERY === 0) await this.#histograms(iteration);
        return;
      }
      case "evaluated":
        return await this.#evaluated(event);
      case "finished": {
        const { seconds, peakMemory, iteration, gaussians } = event;
        this.run = { ...this.run, gaussians, finished: { seconds, peakMemory } };
        writeJson(join(this.folder, RUN_FILE), this.run);
        await this.#picture(iteration);
        return await this.#histograms(iteration);
      }
    }
  }

  close(): void {
    this.#pixels.release();
    this.events.close();
  }

  /** Whether this rank has some of the Gaussians only, which are no picture. */
  get #inParts(): boolean {
    return this.training.parts.spread;
  }

  /** Milliseconds an iteration, over those since the last time. */
  #time(iteration: number, gaussians: number): void {
    const now = performance.now();
    const spent = (now - this.#timed.at) / Math.max(1, iteration - this.#timed.iteration);
    this.#timed = { iteration, at: now };
    this.events.scalar(iteration, "iter_time", spent);
    this.#count(iteration, gaussians);
  }

  #count(iteration: number, gaussians: number): void {
    if (iteration <= this.#counted) return;
    this.#counted = iteration;
    this.events.scalar(iteration, "total_points", gaussians);
  }

  async #evaluated(
    { iteration, set, metrics }: SplatEvent & { type: "evaluated" },
  ): Promise<void> {
    const { l1, channelPsnr, ssim } = metrics.mean;
    this.events.scalar(iteration, `${set}/loss_viewpoint - l1_loss`, l1);
    this.events.scalar(iteration, `${set}/loss_viewpoint - psnr`, channelPsnr);
    this.events.scalar(iteration, `${set}/loss_viewpoint - ssim`, ssim);
    // Its poses are gone by now.
    if (set === "test_posed") return;
    const shots = new Map(this.training.options[set].map((shot) => [shot.name, shot]));
    for (const name of Object.keys(metrics.views).slice(0, SHOWN_VIEWS)) {
      if (this.#inParts) break;
      const { picture, target } = await this.#draw(shots.get(name)!);
      const tag = `${set}_view_${name}`;
      this.events.image(iteration, `${tag}/render`, encodePng(pictureOf(picture)));
      if (this.#truthShown.has(tag)) continue;
      this.#truthShown.add(tag);
      this.events.image(iteration, `${tag}/ground_truth`, encodePng(pictureOf(target)));
    }
    this.#count(iteration, this.training.count);
    await this.#histograms(iteration);
    await this.#picture(iteration);
  }

  async #histograms(iteration: number): Promise<void> {
    if (iteration <= this.#spread || this.#inParts) return;
    this.#spread = iteration;
    const { opacity, logScales } = this.training.gaussians;
    const opacities = (await opacity.value.read("f32")).map(sigmoid);
    const scales = await logScales.value.read("f32");
    this.events.histogram(iteration, "scene/opacity_histogram", opacities);
    this.events.histogram(iteration, "scene/scale_histogram", scales.map(Math.exp));
    // Scales span orders of magnitude, which bins of one width hide.
    this.events.histogram(
      iteration,
      "scene/log10_scale_histogram",
      scales.map((value) => value / Math.LN10),
    );
  }

  /** The first view that was held out, or of the training, as drawn now and as photographed. */
  async #picture(iteration: number): Promise<void> {
    const { test, train } = this.training.options;
    const shot = test[0] ?? train[0];
    if (!shot || this.#inParts) return;
    const { picture, target } = await this.#draw(shot);
    const name = `iteration_${String(iteration).padStart(6, "0")}.png`;
    const both = beside([pictureOf(picture), pictureOf(target)]);
    writeAtomically(join(this.folder, RUN_PICTURES, name), encodePng(both));
  }

  async #draw(shot: Shot): Promise<Comparison> {
    const { gaussians, options: { config } } = this.training;
    return await drawShot(gaussians, shot, {
      config,
      pixels: this.#pixels,
      of: this.training,
    });
  }
}

function pictureOf({ width, height, data }: Planes): RgbPicture {
  const planes = quantised(data);
  const pixels = width * height;
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = planes[c * pixels + i]!;
  }
  return shrunk({ width, height, channels: 3, data: rgb }, MOST_WIDTH);
}

/** Removes the pictures of an older run past the iteration from which this one goes on. */
function dropPictures(folder: string, after: number): void {
  for (const name of namesIn(folder)) {
    const iteration = /^iteration_(\d+)\.png$/.exec(name)?.[1];
    if (iteration !== undefined && Number(iteration) >= after) Deno.removeSync(join(folder, name));
  }
}
