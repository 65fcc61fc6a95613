import { readScene } from "../../../data/scenes/read_scene.ts";
import type { SceneView } from "../../../data/scenes/scene_view.ts";
import type { SplatFormat } from "../../../data/splats/formats.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { dropUnusable } from "../../../data/splats/usable.ts";
import { encodeSplats } from "../../../data/splats/write_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { splatCurves } from "../../view/splat_curves.ts";
import { PHOTO, photoOf, viewNamed } from "../../view/scene_photos.ts";
import { viewedCamera } from "../../view/viewed_cameras.ts";
import {
  emptyState,
  type Viewed,
  type ViewedCamera,
  type ViewResource,
  type ViewState,
} from "../../view/viewed.ts";
import { checkConfig, type SplatConfig } from "../config.ts";
import { checkStart } from "../plan/check_start.ts";
import type { EvaluationFigures } from "../run_fields.ts";
import { sceneOptions } from "../scene/scene_options.ts";
import { type SceneShots, sceneShots } from "../scene/scene_shots.ts";
import { checkpointStart, splatCheckpointOf } from "../training/splat_checkpoint.ts";
import { PIXEL_BUDGET } from "../training/splat_trainee.ts";
import { given, scenePoints, type StartSource } from "../training/start_source.ts";
import type { CurveRow } from "../training/train_events.ts";
import { trainSplat } from "../training/training.ts";

/** Pictures of a page's scene that are kept decoded. */
const PAGE_BUDGET = 2 ** 29;
/** Scenes that are published to be looked at, of a whole training. */
const LOOKS = 40;
/** Evaluations of a whole training. */
const EVALUATIONS = 5;

/** A checkpoint as the bytes of its file. */
export interface KeptCheckpoint {
  /** What `splat train` would call it. */
  readonly name: string;
  /** All of the file. */
  readonly bytes: Uint8Array;
}

/** A training of Gaussians in memory, without a folder, that can be looked at, stopped and gone on with. */
export class WatchedTraining implements Viewed {
  /** What was assumed of the scene, and what was left out, a line each. */
  readonly remarks: readonly string[];
  /** Why it ended early; null where it did not. */
  problem: string | null = null;
  readonly #source: StartSource;
  readonly #shots: SceneShots;
  readonly #views: readonly SceneView[];
  readonly #cameras: readonly ViewedCamera[];
  /** Figures of each iteration of this object's trainings. */
  readonly rows: CurveRow[] = [];
  readonly #measured: EvaluationFigures[] = [];
  #newest: { readonly iteration: number; readonly splats: Splats } | null = null;
  #checkpoint: KeptCheckpoint | null = null;
  #stop: AbortController | null = null;

  /**
   * Reads the scene in the folder that `config.source_path` names, behind the door of `openDoor`. A checkpoint
   * is gone on with.
   */
  constructor(
    private readonly title: string,
    private readonly config: SplatConfig,
    checkpoint: KeptCheckpoint | null = null,
  ) {
    checkConfig(config);
    const scene = readScene(config.source_path, sceneOptions(config));
    this.remarks = [...scene.remarks, ...scene.lost];
    this.#shots = sceneShots(scene, { ...config, budget: PAGE_BUDGET });
    this.#views = [...scene.test, ...scene.train];
    this.#cameras = this.#views.map(viewedCamera);
    this.#checkpoint = checkpoint;
    this.#source = checkpoint
      ? given(checkpointStart(splatCheckpointOf(checkpoint.bytes, checkpoint.name)))
      : scenePoints(scene, config);
  }

  /** Whether it goes on at this moment. */
  get running(): boolean {
    return this.#stop !== null;
  }

  /** The last iteration whose figures are known, 0 before the first. */
  get iteration(): number {
    return this.rows.at(-1)?.iteration ?? 0;
  }

  /** The newest checkpoint; there is one as soon as it was stopped or has ended. */
  get checkpoint(): KeptCheckpoint | null {
    return this.#checkpoint;
  }

  /** Trains until the last iteration, or until it is stopped; goes on where it was stopped. */
  async train(gpu: Gpu): Promise<void> {
    if (this.#stop) throw new Error("Cannot train: this training goes on already");
    const { signal } = this.#stop = new AbortController();
    this.problem = null;
    try {
      await this.#train(gpu, signal);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#stop = null;
    }
  }

  async #train(gpu: Gpu, stop: AbortSignal): Promise<void> {
    const { config } = this;
    const { iterations } = config;
    const kept = this.#checkpoint;
    const checkpoint = kept ? splatCheckpointOf(kept.bytes, kept.name) : undefined;
    if (!checkpoint) {
      await checkStart(gpu, this.#source, {
        config,
        shots: this.#shots.train,
        budgets: { gpu: PIXEL_BUDGET, host: PAGE_BUDGET },
        room: null,
      });
    }
    const start = checkpoint ? checkpointStart(checkpoint) : this.#source.make();
    this.#newest ??= { iteration: checkpoint?.state.step ?? 0, splats: start.splats };
    for await (
      const event of trainSplat(gpu, {
        config,
        ...this.#shots,
        start,
        checkpoint,
        testIterations: every(iterations, EVALUATIONS),
        saveIterations: every(iterations, LOOKS),
        checkpointIterations: [iterations],
        keeper: { save: (iteration, splats) => this.#publish(iteration, splats) },
        onCheckpoint: (bytes, iteration) =>
          this.#checkpoint = { name: `chkpnt${iteration}.safetensors`, bytes },
        stop,
      })
    ) {
      if (event.type === "step") this.rows.push(event);
      else if (event.type === "evaluated") {
        const { iteration, set, metrics } = event;
        this.#measured.push({ iteration, set, ...metrics.mean });
      }
    }
  }

  #publish(iteration: number, splats: Splats): string {
    const { antialiasing } = this.config;
    this.#newest = { iteration, splats: antialiasing ? { ...splats, antialiased: true } : splats };
    return `iteration ${iteration}`;
  }

  /** Ends it after the iteration in work, with Gaussians and a checkpoint of then. */
  stop(): void {
    this.#stop?.abort();
  }

  /** The newest Gaussians as a file; null before the first ones. */
  async encode(format: SplatFormat): Promise<Iterable<Uint8Array> | null> {
    return this.#newest ? await encodeSplats(this.#newest.splats, format) : null;
  }

  state(): ViewState {
    const { title, config, problem } = this;
    const iteration = this.#newest?.iteration;
    return {
      ...emptyState("splats", title),
      ...splatCurves(this.rows, this.#measured),
      items: iteration === undefined
        ? []
        : [{ id: "newest", label: `iteration ${iteration}`, version: String(iteration) }],
      cameras: this.#cameras,
      photos: title,
      background: config.white_background ? "white" : "black",
      problem,
    };
  }

  async resource([id, ...rest]: readonly string[]): Promise<ViewResource | null> {
    if (id === PHOTO && rest.length === 1) {
      const view = viewNamed(this.#views, rest[0]!);
      return view ? await photoOf(view) : null;
    }
    if (id !== "newest" || rest.length || !this.#newest) return null;
    const body = await encodeSplats(dropUnusable(this.#newest.splats), "ply");
    return { type: "application/octet-stream", body };
  }

  close(): void {
    this.stop();
  }
}

/** About so many iterations, evenly spread, and the last. */
function every(iterations: number, times: number): number[] {
  const step = Math.max(1, Math.round(iterations / times));
  const among = Array.from({ length: Math.floor(iterations / step) }, (_, i) => step * (i + 1));
  return [...new Set([...among, iterations])];
}
