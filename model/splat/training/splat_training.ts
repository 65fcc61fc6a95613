import { TorchStream } from "../../../data/random/torch_stream.ts";
import type { ArrivingSplats } from "../../../data/splats/splat_stream.ts";
import { sliceSplats, type Splats } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { PairBudget, pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import type { RunWishes } from "../../run/run.ts";
import type { NamedParameter } from "../../run/trainee.ts";
import type { SplatConfig } from "../config.ts";
import type { Appearance, Look, SavedAppearance } from "../appearance/appearance.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { PoseRefinement } from "../poses/pose_refinement.ts";
import type { SavedPoses } from "../poses/saved_poses.ts";
import { makeAppearance } from "../appearance/table.ts";
import { batchScaling } from "./batch/batch_scaling.ts";
import { Gaussians, type SplatColumns } from "../gaussians.ts";
import type { GuiScene } from "../gui/gui_server.ts";
import { SplatOptimizer } from "./optimizer.ts";
import { camerasOf, type Shot, shotKey } from "../scene/shot.ts";
import { countsAmong } from "../shards/own_part.ts";
import { Parts } from "../shards/parts.ts";
import type { Strategy, StrategyKind } from "../strategies/strategy.ts";
import { STRATEGIES } from "../strategies/table.ts";
import type { SplatCheckpoint } from "./splat_checkpoint.ts";
import type { SplatTask } from "./train_events.ts";

/** Where a training starts: all values as in a file, and the degree of harmonics in use. */
export interface SplatStart {
  /** What is trained. */
  readonly splats: Splats;
  /** Degree of harmonics that is in use. */
  readonly activeDegree: number;
  /** How many Gaussians each rank owns, where these are one rank's alone; else they are all. */
  readonly counts?: readonly number[] | undefined;
}

/** What a training learned of its pictures. */
export interface LearnedOfViews {
  /** How they look. */
  readonly appearance: SavedAppearance;
  /** Where they were taken; null where that was not learned. */
  readonly poses: SavedPoses | null;
}

/** What is kept of a training by its owner: called with everything that has come to rest. */
export interface SplatKeeper {
  /** Saves the Gaussians; returns where. */
  save(iteration: number, splats: Splats, learned: LearnedOfViews): Promise<string> | string;
  /** Saves Gaussians that ranks have in parts, as they arrive; all at once by `save` without it. */
  saveArriving?(
    iteration: number,
    splats: ArrivingSplats,
    learned: LearnedOfViews,
  ): Promise<string>;
}

/** What to train and when to tell of it. */
export interface SplatTrainOptions extends RunWishes {
  /** The settings. */
  readonly config: SplatConfig;
  /** A strategy of one's own, instead of the one of the table that `config` names. */
  readonly strategy?: StrategyKind | undefined;
  /** Views that are trained on. */
  readonly train: readonly Shot[];
  /** Views that are held out. */
  readonly test: readonly Shot[];
  /** Radius of the training cameras. */
  readonly extent: number;
  /** What it starts from. */
  readonly start: Omit<SplatStart, "splats"> & { readonly splats: SplatColumns };
  /** Iterations after which it is measured. */
  readonly testIterations?: readonly number[];
  /** Iterations after which the Gaussians are saved. */
  readonly saveIterations?: readonly number[];
  /** Iterations after which a checkpoint is saved. */
  readonly checkpointIterations?: readonly number[];
  /** Names of views by iteration, instead of the seed's order. */
  readonly viewOrder?: readonly string[] | undefined;
  /** Colours by iteration, instead of the seed's, under `random_background`. */
  readonly backgrounds?: readonly (readonly [number, number, number])[] | undefined;
  /**
   * Normal numbers by densification, instead of the seed's: [2 parents, 3] each, the first child of each
   * split Gaussian, then the second of each.
   */
  readonly splitNoise?: readonly Float32Array[] | undefined;
  /** Saves what it is asked to save. */
  readonly keeper?: SplatKeeper | undefined;
  /** Where checkpoints go; there are none without it. */
  readonly folder?: string | undefined;
  /** Takes checkpoints, as their files' bytes, where there is no folder. */
  readonly onCheckpoint?: ((bytes: Uint8Array, iteration: number) => void) | undefined;
  /** What to go on from; `start` must be its Gaussians. */
  readonly checkpoint?: SplatCheckpoint | undefined;
  /** The processes that train together, each on views of its own; one unless given. */
  readonly ranks?: Ranks | undefined;
  /** Is told of evaluations while they last, view by view. */
  readonly onTask?: ((task: SplatTask) => void) | undefined;
  /** Looks on between iterations, and may hold them. */
  readonly viewer?: {
    serve(iteration: number, scene: GuiScene, stop?: AbortSignal): Promise<void>;
  } | undefined;
}

/** Views of a step, those of all ranks. */
export function viewsOfStep(
  { batch_views }: Pick<SplatConfig, "batch_views">,
  { size }: Pick<Ranks, "size">,
): number {
  return size * batch_views;
}

/** Gaussians as a checkpoint had them spread over as many ranks, or evenly; all on each unless asked for. */
function partsOf({ config, start, checkpoint }: SplatTrainOptions, ranks: Ranks): Parts {
  if (start.counts) return new Parts(ranks, start.counts);
  const { count } = start.splats;
  if (!config.shard_gaussians || ranks.size === 1) return new Parts(ONE_RANK, [count]);
  if (count < ranks.size) {
    throw new RangeError(
      `Cannot spread ${count} Gaussians over ${ranks.size} ranks: one each or more are needed`,
    );
  }
  return new Parts(ranks, countsAmong(count, ranks, checkpoint?.state.parts));
}

/** All that a training changes as it goes. */
export class SplatTraining {
  /** @internal The processes that train together. */
  readonly ranks: Ranks;
  /** Views of a step, those of all ranks. */
  readonly views: number;
  /** @internal Whose the Gaussians are. */
  readonly parts: Parts;
  /** What is trained; this rank's part where they are spread. */
  readonly gaussians: Gaussians;
  /** @internal Steps their parameters. */
  readonly optimizer: SplatOptimizer;
  /** How they multiply. */
  readonly strategy: Strategy;
  /** @internal What the pictures differ in besides, where it is learned. */
  readonly appearance: Appearance | null;
  /** @internal Where the cameras stand, where that is learned. */
  readonly poses: PoseRefinement | null;
  /** Room for pairs of a Gaussian and a tile. */
  readonly budget: PairBudget;
  readonly #rows: ReadonlyMap<string, number>;
  /** @internal What backgrounds and children of Gaussians are drawn from. */
  readonly stream: TorchStream;

  /** Begins a training; `trainSplat` runs it. */
  constructor(readonly gpu: Gpu, readonly options: SplatTrainOptions) {
    const { config, start, extent, train, test } = options;
    if (start.splats.count === 0) {
      throw new RangeError("Cannot train Gaussians: there are none, one or more are needed");
    }
    this.ranks = options.ranks ?? ONE_RANK;
    this.views = viewsOfStep(config, this.ranks);
    this.stream = new TorchStream(config.seed);
    this.budget = new PairBudget({ most: pairLimit(gpu) });
    this.parts = partsOf(options, this.ranks);
    const { spread, first, counts } = this.parts;
    const splats = spread && !start.counts
      ? sliceSplats(start.splats as Splats, first, first + counts[this.ranks.rank]!)
      : start.splats;
    this.gaussians = new Gaussians(gpu, splats);
    this.gaussians.activeDegree = start.activeDegree;
    const scaling = batchScaling(config.scale_lr ? this.views : 1);
    this.optimizer = new SplatOptimizer(this.gaussians, config, extent, scaling);
    this.strategy = (options.strategy ?? STRATEGIES[config.strategy]).make(this);
    this.appearance = makeAppearance({
      gpu,
      config,
      scaling,
      views: train.length,
      cameras: camerasOf([...train, ...test]),
    });
    this.poses = config.refine_poses
      ? new PoseRefinement(gpu, train, { extent, settings: config, scaling })
      : null;
    this.#rows = new Map(train.map((shot, row) => [shotKey(shot), row]));
  }

  /** How many Gaussians there are, those of all ranks. */
  get count(): number {
    return this.parts.spread ? this.parts.total : this.gaussians.count;
  }

  /** All that is trained, by name. */
  parameters(): NamedParameter[] {
    return [
      ...this.gaussians.groups(),
      ...this.appearance?.parameters() ?? [],
      ...this.poses ? [["poses", this.poses.parameter] as const] : [],
    ];
  }

  /** @internal The camera of a picture at its pose as it is now. */
  cameraOf(shot: Shot): RasterCamera {
    const view = this.#rows.get(shotKey(shot));
    return this.poses && view !== undefined ? this.poses.camera(view) : shot.camera;
  }

  /** @internal The look of a picture: its own where it is trained on, else that of its camera. */
  lookOf(shot: Shot): Look | null {
    const view = this.#rows.get(shotKey(shot)) ?? null;
    return this.appearance?.look({ view, camera: shot.device ?? 0 }) ?? null;
  }

  /** Gives all memory back. */
  release(): void {
    this.gaussians.release();
    this.strategy.release?.();
    this.appearance?.release();
    this.poses?.release();
  }
}
