import { dirname, join, resolve } from "@std/path";
import { WIDEST } from "../../../data/scenes/target_size.ts";
import { doubtsOf } from "../../../data/scenes/checks/reconstruction.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import type { PointCloud, Scene } from "../../../data/scenes/scene.ts";
import type { ShDegree } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { checkConfig, type SplatConfig } from "../config.ts";
import { ModelFolder } from "../scene/model_folder.ts";
import { readBackgrounds, readSplitNoise, readViewOrder } from "./given_orders.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { run, type RunWishes } from "../../run/run.ts";
import { sceneOptions } from "../scene/scene_options.ts";
import { PICTURE_BUDGET, sceneShots } from "../scene/scene_shots.ts";
import { appearanceRemarks } from "../appearance/appearance_remarks.ts";
import { checkStart } from "../plan/check_start.ts";
import {
  describeCount,
  describePlan,
  type MemoryRoom,
  type TrainingSizes,
} from "../plan/training_plan.ts";
import { describeBatch } from "./batch/describe_batch.ts";
import { given, scenePoints, trainedSplats } from "./start_source.ts";
import { clearModel, meetOlderModel } from "../scene/older_model.ts";
import { ownStart } from "../shards/own_part.ts";
import { trainedInPieces } from "../shards/trained_in_pieces.ts";
import { compareSettings } from "./resumed_settings.ts";
import { RUN_PICTURES, RunEvents } from "./run_events.ts";
import { checkpointStart, readSplatCheckpoint } from "./splat_checkpoint.ts";
import { PIXEL_BUDGET, SplatTrainee } from "./splat_trainee.ts";
import type { SceneEvent, SplatTask } from "./train_events.ts";

import { scheduleOf, wishesOf } from "./training.ts";
import type { SplatTrainOptions } from "./splat_training.ts";
import { isFile } from "../../../data/files/path_kind.ts";

export type { SceneEvent };

/** What to train and what to leave in the model's folder. */
export interface TrainSceneOptions extends RunWishes {
  /** With `source_path` and `model_path`. */
  readonly config: SplatConfig;
  /** When to evaluate. */
  readonly testIterations: readonly number[];
  /** When to save Gaussians. */
  readonly saveIterations: readonly number[];
  /** When to save checkpoints. */
  readonly checkpointIterations: readonly number[];
  /** A file, or a model's folder for the newest whole one in it. */
  readonly startCheckpoint?: string | undefined;
  /** Trained Gaussians to start from, any kind of file. */
  readonly initPly?: string | undefined;
  /** Names of views, one a line and iteration. */
  readonly viewOrder?: string | undefined;
  /** Colours by iteration, for `random_background`. */
  readonly backgroundOrder?: string | undefined;
  /** Normal numbers of the children of split Gaussians, by densification. */
  readonly splitNoise?: string | undefined;
  /** Iterations between rows of `metrics.jsonl`. */
  readonly logEvery: number;
  /** Is told how far the search for neighbours and evaluations are. */
  readonly onTask?: ((task: SplatTask) => void) | undefined;
  /** How much memory there is, so that more is refused before it starts; unchecked if not given. */
  readonly memory?: MemoryRoom | undefined;
  /** Whether an older model in the folder goes; it is refused otherwise. */
  readonly overwrite?: boolean | undefined;
  /** The processes that train together; rank 0 alone writes to the model's folder. */
  readonly ranks?: Ranks | undefined;
  /**
   * Looks on between iterations.
   *
   * @internal
   */
  readonly viewer?: SplatTrainOptions["viewer"];
}

/** Trains a scene from its folder and leaves the model in another, as the reference does. */
export async function* trainScene(
  gpu: Gpu,
  options: TrainSceneOptions,
): AsyncGenerator<SceneEvent, void, void> {
  const { config, logEvery, ranks = ONE_RANK } = options;
  checkConfig(config);
  const wishes = wishesOf(options);
  const { stop, saveNow } = wishes ?? options;
  const folder = new ModelFolder(config.model_path);
  let scene: PreparedScene | null = null;
  const keeper: SplatTrainOptions["keeper"] = {
    // Viewers must draw them as they were trained.
    save: (iteration, splats, learned) =>
      folder.save(
        iteration,
        config.antialiasing ? { ...splats, antialiased: true } : splats,
        learned,
      ),
    saveArriving: (iteration, splats, learned) =>
      folder.saveArriving(iteration, { ...splats, antialiased: config.antialiasing }, learned),
  };
  yield* run<SceneEvent, SplatTrainee>(gpu, {
    ...scheduleOf({ ...options, stop, saveNow, keeper }),
    files: ranks.rank > 0 ? undefined : {
      folder: folder.path,
      kind: "splat",
      below: () => [
        join(folder.path, RUN_PICTURES),
        ...folder.iterations().map((iteration) => dirname(folder.plyOf(iteration))),
      ],
      rows: {
        "metrics.jsonl": (event) => curveRow(event, logEvery),
        "evaluations.jsonl": measuredRow,
      },
      begin: async (trainee) => {
        if (scene!.clear) clearModel(folder.path);
        await folder.begin(config, scene!.scene, scene!.points);
        return RunEvents.open(trainee, folder.path);
      },
    },
    prepare: async function* () {
      scene = yield* prepareScene(gpu, options);
      const trainee = await SplatTrainee.make(gpu, { ...scene.training, keeper }, wishes);
      yield { type: "remark", text: await describeCount(gpu, scene.sizes, trainee.counted) };
      return trainee;
    },
  });
}

/** A scene and what a training of it starts with. */
interface PreparedScene {
  readonly scene: Scene;
  /** To be left beside the model; null where they are there. */
  readonly points: PointCloud | null;
  /** Whether an older model in the folder goes. */
  readonly clear: boolean;
  /** What it was found to fit by. */
  readonly sizes: TrainingSizes;
  readonly training: SplatTrainOptions;
}

/** Reads the scene and what to start from, and refuses what cannot be trained on. */
async function* prepareScene(
  gpu: Gpu,
  options: TrainSceneOptions,
): AsyncGenerator<SceneEvent, PreparedScene> {
  const { config, startCheckpoint, ranks = ONE_RANK } = options;
  const remark = (text: string) => ({ type: "remark", text }) as const;
  const spread = config.shard_gaussians && ranks.size > 1 ? ranks : undefined;
  const found = startCheckpoint === undefined
    ? undefined
    : readSplatCheckpoint(startCheckpoint, spread);
  const checkpoint = found?.checkpoint;
  for (const text of found?.remarks ?? []) yield { type: "remark", text, lost: true };
  // Only one rank looks at a folder that it is about to write to.
  const older = ranks.rank > 0 ||
      (checkpoint && resolve(dirname(checkpoint.file)) === resolve(config.model_path))
    ? { remark: null, clear: false }
    : meetOlderModel(config.model_path, { overwrite: options.overwrite ?? false });
  if (older.remark !== null) yield remark(older.remark);
  const scene = readScene(config.source_path, sceneOptions(config));
  for (const text of [...scene.remarks, ...remarksOn(scene, config)]) yield remark(text);
  for (const text of scene.lost) yield { type: "remark", text, lost: true };
  for (const { what, hint } of doubtsOf(scene)) {
    yield { type: "remark", text: `doubtful: ${what}; ${hint}`, doubt: true };
  }
  const degree = config.sh_degree as ShDegree;
  const source = checkpoint
    ? given(checkpointStart(checkpoint))
    : options.initPly === undefined
    ? scenePoints(scene, config, options.onTask)
    : spread
    ? await trainedInPieces(options.initPly, degree)
    : await trainedSplats(options.initPly, degree);
  for (const told of source.remarks) yield { type: "remark", ...told };
  const done = checkpoint?.state.step ?? 0;
  if (checkpoint && done >= config.iterations) {
    yield remark(
      `the checkpoint has its ${done} iterations already, --iterations gives it more`,
    );
  }
  if (source.degree !== degree) {
    throw new RangeError(
      `Cannot go on from "${startCheckpoint}": its harmonics have degree ` +
        `${source.degree}, "--sh_degree" says ${degree}`,
    );
  }
  const batch = describeBatch(config, ranks);
  if (batch !== null) yield remark(batch);
  // Ranks of a host share its memory.
  const budget = PICTURE_BUDGET / ranks.localSize;
  const shots = sceneShots(scene, { ...config, budget });
  const { train } = shots;
  for (const text of checkpoint ? compareSettings(checkpoint, config, { ...shots, ranks }) : []) {
    yield remark(text);
  }
  const sizes = await checkStart(gpu, source, {
    owners: spread ? ranks.size : 1,
    config,
    shots: train,
    budgets: { gpu: config.data_device === "cpu" ? 0 : PIXEL_BUDGET, host: budget },
    room: options.memory ?? null,
  });
  yield remark(await describePlan(gpu, sizes));
  for (const text of appearanceRemarks(config, shots)) yield remark(text);
  const resumed = checkpoint && isFile(join(config.model_path, "input.ply"));
  const { testIterations, viewOrder, backgroundOrder, splitNoise, onTask, viewer } = options;
  return {
    scene,
    points: resumed ? null : source.points,
    clear: older.clear,
    sizes,
    training: {
      config,
      ...shots,
      start: spread ? ownStart(source, spread) : source.make(),
      checkpoint,
      testIterations: testIterations,
      viewOrder: viewOrder === undefined ? undefined : readViewOrder(viewOrder, train),
      backgrounds: backgroundOrder === undefined ? undefined : readBackgrounds(backgroundOrder),
      splitNoise: splitNoise === undefined ? undefined : readSplitNoise(splitNoise),
      ranks,
      onTask,
      viewer,
    },
  };
}

/** What a step leaves in `metrics.jsonl`. */
function curveRow(event: SceneEvent, every: number): object | null {
  if (event.type !== "step" || event.iteration % every !== 0) return null;
  const { type: _, ...row } = event;
  return row;
}

/** What an evaluation leaves in `evaluations.jsonl`. */
function measuredRow(event: SceneEvent): object | null {
  if (event.type !== "evaluated") return null;
  const { iteration, set, metrics } = event;
  return { iteration, set, ...metrics.mean };
}

/** What is done otherwise than one may take it to be, a line each. */
function remarksOn(
  { train, test }: Scene,
  { data_device, resolution }: SplatConfig,
): string[] {
  const remarks: string[] = [];
  if (!["cuda", "cpu"].includes(data_device)) {
    remarks.push(`"--data_device ${data_device}" is neither cuda nor cpu, cuda is taken`);
  }
  const wide = resolution === -1
    ? [...train, ...test].filter(({ pixels }) => pixels[0] > WIDEST).length
    : 0;
  if (wide) {
    remarks.push(
      `${wide} pictures are wider than ${WIDEST} pixels and made so wide; "--resolution 1" keeps ` +
        "them as they are",
    );
  }
  return remarks;
}
