import { join } from "@std/path";
import { FolderLock } from "../../../data/files/folder_lock.ts";
import { WIDEST } from "../../../data/scenes/target_size.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import type { PointCloud, Scene } from "../../../data/scenes/scene.ts";
import { splatsAt, startPoints } from "../../../data/scenes/start_points.ts";
import { SH_C0 } from "../../../data/splats/activation.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import { dropUnusable, unusableText } from "../../../data/splats/usable.ts";
import { type ShDegree, type Splats, withDegree } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { checkConfig, type SplatConfig } from "../config.ts";
import { describePlan } from "./memory_plan.ts";
import { STRATEGIES } from "../strategies/table.ts";
import { ModelFolder } from "../scene/model_folder.ts";
import { readBackgrounds, readSplitNoise, readViewOrder } from "./given_orders.ts";
import { RowFile } from "../../run/row_file.ts";
import { sceneOptions } from "../scene/scene_options.ts";
import { sceneShots } from "../scene/scene_shots.ts";
import { checkpointName, findCheckpoint } from "./latest_checkpoint.ts";
import { checkpointStart, restoreTraining, saveSplatCheckpoint } from "./splat_checkpoint.ts";
import { trainWithEvents } from "./run_events.ts";
import type { SplatEvent, SplatTask } from "./train_events.ts";
import { PIXEL_BUDGET } from "./training.ts";
import type { SplatStart, SplatTrainOptions } from "./splat_training.ts";
import { isFile } from "../../../data/files/path_kind.ts";

/** Neighbours of fewer points are found within a second. */
const MANY_POINTS = 50_000;

/** What to train and what to leave in the model's folder. */
export interface TrainSceneOptions {
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
  /** Ends the training after the iteration it is at once this is raised, with a checkpoint. */
  readonly stop?: AbortSignal | undefined;
  /**
   * Looks on between iterations.
   *
   * @internal
   */
  readonly viewer?: SplatTrainOptions["viewer"];
}

/** What training a scene tells: the training's events, and remarks on the scene. */
export type SceneEvent = SplatEvent | {
  readonly type: "remark";
  readonly text: string;
  /** Whether something that was given is left out, which is told under --quiet too. */
  readonly lost?: boolean;
};

/** Trains a scene from its folder and leaves the model in another, as the reference does. */
export async function* trainScene(
  gpu: Gpu,
  options: TrainSceneOptions,
): AsyncGenerator<SceneEvent, void, void> {
  const { config, logEvery } = options;
  checkConfig(config);
  const scene = readScene(config.source_path, sceneOptions(config));
  for (const text of [...scene.remarks, ...remarksOn(scene, config)]) {
    yield { type: "remark", text };
  }
  for (const text of scene.lost) yield { type: "remark", text, lost: true };
  const degree = config.sh_degree as ShDegree;
  const found = options.startCheckpoint ? findCheckpoint(options.startCheckpoint) : undefined;
  const checkpoint = found?.checkpoint;
  const { start, points, remarks } = checkpoint
    ? {
      start: checkpointStart(checkpoint),
      points: null,
      remarks: found!.remarks.map((text) => ({ text })),
    }
    : await startOf(scene, { degree, config, initPly: options.initPly, onTask: options.onTask });
  for (const remark of remarks) yield { type: "remark", ...remark };
  const done = checkpoint?.state.iteration ?? 0;
  if (checkpoint && done >= config.iterations) {
    const text = `the checkpoint has its ${done} iterations already, --iterations gives it more`;
    yield { type: "remark", text };
  }
  if (start.splats.degree !== degree) {
    throw new RangeError(
      `Cannot go on from "${options.startCheckpoint}": its harmonics have degree ` +
        `${start.splats.degree}, "--sh_degree" says ${degree}`,
    );
  }
  // Before anything is written: what cannot be trained on leaves no folder behind.
  const { train, test, extent } = sceneShots(scene, config);
  const sizes = train.map(({ camera }) => camera.width * camera.height);
  const plan = describePlan(gpu.limits, {
    degree,
    start: start.splats.count,
    limit: config.max_gaussians,
    pixels: sizes.reduce((most, size) => Math.max(most, size), 0),
    pictures: config.data_device === "cpu"
      ? 0
      : Math.min(PIXEL_BUDGET, sizes.reduce((sum, size) => sum + 4 * size, 0)),
  });
  yield { type: "remark", text: plan };
  using _lock = FolderLock.take(config.model_path);
  const folder = new ModelFolder(config.model_path);
  folder.sweep();
  const resumed = checkpoint && isFile(join(config.model_path, "input.ply"));
  await folder.begin(config, scene, resumed ? null : points ?? pointsOf(start.splats));
  const rowsUpTo = { counts: "iteration", after: checkpoint?.state.iteration ?? 0 } as const;
  const rows = RowFile.open(join(config.model_path, "metrics.jsonl"), rowsUpTo);
  const measured = RowFile.open(join(config.model_path, "evaluations.jsonl"), rowsUpTo);
  try {
    const events = trainWithEvents(gpu, config.model_path, {
      config,
      train,
      test,
      extent,
      start,
      testIterations: options.testIterations,
      saveIterations: options.saveIterations,
      checkpointIterations: options.checkpointIterations,
      viewOrder: options.viewOrder === undefined
        ? undefined
        : readViewOrder(options.viewOrder, train),
      backgrounds: options.backgroundOrder === undefined
        ? undefined
        : readBackgrounds(options.backgroundOrder),
      splitNoise: options.splitNoise === undefined ? undefined : readSplitNoise(options.splitNoise),
      onTask: options.onTask,
      viewer: options.viewer,
      stop: options.stop,
      restore: checkpoint && ((training) => restoreTraining(training, checkpoint)),
      keeper: {
        save: (iteration, splats, exposures) => folder.save(iteration, splats, exposures),
        checkpoint: async (iteration, training) => {
          const path = join(config.model_path, checkpointName(iteration));
          await saveSplatCheckpoint(path, training, iteration);
          return path;
        },
      },
    });
    for await (const event of events) {
      if (event.type === "step") {
        const { type: _, ...row } = event;
        if (event.iteration % logEvery === 0) rows.add(row);
      } else if (event.type === "evaluated") {
        const { iteration, set, metrics } = event;
        measured.add({ iteration, set, ...metrics.mean });
      }
      yield event;
    }
  } finally {
    rows.close();
    measured.close();
  }
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

/** Where to start: a file's Gaussians as they are, or round ones at the scene's points. */
interface StartRemark {
  readonly text: string;
  readonly lost?: boolean;
}

async function startOf(
  scene: Scene,
  { degree, initPly, config, onTask }: {
    degree: ShDegree;
    initPly: string | undefined;
    config: SplatConfig;
    onTask: SplatTrainOptions["onTask"];
  },
): Promise<{ start: SplatStart; points: PointCloud | null; remarks: StartRemark[] }> {
  if (initPly === undefined) {
    const points = startPoints(scene, config.seed, config.random_points);
    const told = points.positions.length >= 3 * MANY_POINTS ? onTask : undefined;
    const splats = splatsAt(
      points,
      degree,
      (done, total) => told?.({ label: "finding neighbours", unit: "point", done, total }),
    );
    STRATEGIES[config.strategy].start?.(splats);
    const random = `${scene.withoutPoints}, ${points.positions.length / 3} random ones are used`;
    return {
      start: { splats, activeDegree: 0 },
      points,
      remarks: scene.points ? [] : [{ text: random }],
    };
  }
  const { splats: read, remarks } = await readSplats(initPly);
  const usable = dropUnusable(read);
  const dropped = unusableText(initPly, read.count, usable.count);
  const splats = withDegree(usable, degree);
  // All harmonics of a trained file are in use; a fresh one has none but the first.
  const activeDegree = splats.shRest.some((value) => value !== 0) ? degree : 0;
  return {
    start: { splats, activeDegree },
    points: null,
    remarks: [
      ...remarks.map((text) => ({ text: `${initPly}: ${text}` })),
      ...(dropped === null ? [] : [{ text: dropped, lost: true }]),
    ],
  };
}

/** Centres and colours of Gaussians. */
function pointsOf({ positions, shDc }: Splats): PointCloud {
  const colours = Uint8Array.from(
    { length: shDc.length },
    (_, i) => Math.min(255, Math.max(0, 255 * (0.5 + SH_C0 * shDc[i]!))),
  );
  return { positions, colours };
}
