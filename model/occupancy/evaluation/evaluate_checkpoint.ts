import { SampleLoader } from "../../../data/batches.ts";
import { datasetOf, readKeyFrames } from "../../../data/datasets.ts";
import type { Split } from "../../../data/occupancy/dataset.ts";
import type { MappedLabels } from "../../../data/occupancy/mapped_labels.ts";
import { type DataRoots, rootsIn } from "../../../data/occupancy/sample.ts";
import { countedClasses } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Initializer } from "../../init.ts";
import { type ProcessUse, processUse } from "../../process_use.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { VERSION } from "../../version.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { BlindCamera } from "./blind_cameras.ts";
import { evaluate, type EvaluationStep } from "./evaluation.ts";
import type { EvaluationPart } from "./teller.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type MoreFigures, type MoreMeasure, MoreMeasures } from "./more_measures.ts";
import { indexHash, sha256 } from "./file_hash.ts";
import { checkWeights } from "./finite_check.ts";
import { modelOf } from "../table.ts";
import { SharedDump } from "./shared_dump.ts";
import { skippedByAll } from "./skipped_frames.ts";
import type { SinceFigures } from "../stream/iou_by_since.ts";
import { type StreamMode, streamModeOf } from "../stream/stream_views.ts";
import { pipelineOf } from "../training/sample_batch.ts";
import { loadTrained, type TrainedWeights } from "../weights/trained_weights.ts";

/** What to evaluate, and on what. */
export interface EvaluateOptions {
  /** Name of the preset. */
  readonly preset: string;
  /** Settings of the model. */
  readonly config: ModelConfig;
  /** Folder with nuscenes/, nuscenes_cam/ and surroundocc/; or give `roots`. */
  readonly dataDir?: string | undefined;
  /** The three folders of the data; or `dataDir`. */
  readonly roots?: DataRoots | undefined;
  /** Null leaves the weights random, to try speed and memory. */
  readonly checkpoint: TrainedWeights | null;
  /** Of random weights and of what a sampled lifter draws; the checkpoint's own if not given. */
  readonly seed?: number | undefined;
  /** Which key frames, val unless given. */
  readonly split?: Split;
  /** What the labels of the data are, where the model learned others that they are mapped to. */
  readonly mapped?: MappedLabels | undefined;
  /** Only these key frames of the split, counted from 0 and around its end. */
  readonly indices?: readonly number[];
  /** Only the first so many key frames, those that are skipped included. */
  readonly limit?: number | undefined;
  /** Skip and count key frames with broken or missing files. */
  readonly skipBad?: boolean;
  /** Count voxels of ignored labels too; by default only a legacy configuration does. */
  readonly allVoxels?: boolean | undefined;
  /** What to measure beside the mean IoU. */
  readonly measures?: readonly MoreMeasure[] | undefined;
  /** An .npz file for predictions, labels, masks and tokens of all key frames. */
  readonly dump?: string | undefined;
  /** Told how many key frames this process takes, before the first. */
  readonly onStart?: (total: number) => void;
  /** Told after each key frame; with `predictions`, what was predicted too. */
  readonly onStep?: (step: EvaluationStep) => void | Promise<void>;
  /** Told within a key frame on software adapters, which take minutes for one. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Read predictions back, for `onStep`. */
  readonly predictions?: boolean;
  /** How key frames follow one another, of a model that streams; as its settings train unless given. */
  readonly stream?: StreamMode | undefined;
  /** Processes that share the key frames; each gets the report of all. One unless given. */
  readonly ranks?: Ranks;
}

/** Figures of one class. */
export interface ClassFigures {
  /** Number of the class. */
  readonly label: number;
  /** Its name. */
  readonly name: string;
  /** Intersection over union; null where the class occurs neither in labels nor in predictions. */
  readonly iou: number | null;
  /** Share of the predicted voxels that is right; null where there is none. */
  readonly precision: number | null;
  /** Share of the true voxels that is found; null where there is none. */
  readonly recall: number | null;
  /** True voxels. */
  readonly seen: number;
  /** Predicted voxels. */
  readonly positive: number;
  /** Predicted voxels that are right. */
  readonly correct: number;
  /** Voxels predicted right, predicted wrongly, and missed. */
  readonly tp: number;
  /** Predicted voxels that are wrong. */
  readonly fp: number;
  /** True voxels that are missed. */
  readonly fn: number;
}

/** How a model does as it goes from key frame to key frame. */
export interface StreamReport {
  /** Whether each scene was gone over once, or in windows. */
  readonly mode: StreamMode;
  /** By how many key frames were seen before. */
  readonly curve: readonly SinceFigures[];
  /** Scenes that are shorter than a window, which no window is of. */
  readonly shortScenes: number;
}

/** The seed of the original's evaluation. */
const DEFAULT_SEED = 42;

/** All that is needed to say what was measured, and how. */
export interface EvaluationReport extends Figures {
  /** Name of the preset. */
  readonly preset: string;
  /** Version of voxsplat. */
  readonly version: string;
  /** Version of Deno. */
  readonly deno: string;
  /** As the driver names it. */
  readonly adapter: string;
  /** Of what a sampled lifter draws. */
  readonly seed: number;
  /** Training steps of the checkpoint. */
  readonly step: number;
  /** Which key frames. */
  readonly split: Split;
  /** Key frames that count. */
  readonly samples: number;
  /** How they followed one another, where they did. */
  readonly stream?: StreamReport;
  /** Key frames that could not be read. */
  readonly skipped: number;
  /** What was wrong with the first of them. */
  readonly firstSkipped: string | null;
  /** Cameras whose pictures show nothing of the grid. */
  readonly blindCameras: readonly BlindCamera[];
  /** Wall time. */
  readonly seconds: number;
  /** Whether voxels of ignored labels were counted. */
  readonly allVoxels: boolean;
  /** Key frames whose labels name no class. */
  readonly unlabelled: number;
  /** Figures of each class. */
  readonly classes: readonly ClassFigures[];
  /** What was measured beside the mean IoU. */
  readonly measures: MoreFigures;
  /** Null for random weights. */
  readonly checkpointSha256: string | null;
  /** SHA-256 of the index; where folders are the index, of the tokens evaluated, a line each. */
  readonly indexSha256: string;
  /** Most bytes of GPU memory in use at once; among ranks, on the one that used most. */
  readonly peakMemory: number;
  /** Most memory of the process so far in bytes, likewise; null where the system does not tell. */
  readonly peakResident: number | null;
  /** Processor time of the process, of all ranks; null where the system does not tell. */
  readonly processorSeconds: number | null;
}

/** Evaluates a checkpoint on a split; what a task ignores is left out. */
export async function evaluateOccupancy(
  gpu: Gpu,
  options: EvaluateOptions,
): Promise<EvaluationReport> {
  const { preset, config, checkpoint, split = "val", limit, skipBad = false, ranks = ONE_RANK } =
    options;
  const { allVoxels = config.legacy, mapped } = options;
  const seed = options.seed ?? checkpoint?.state?.seed ?? DEFAULT_SEED;
  const started = performance.now();
  const stream = streamModeOf(config, options.stream);
  if (stream === "windows" && options.dump !== undefined) {
    throw new RangeError("Cannot dump windows: a key frame has a prediction in each of them");
  }
  if (stream !== "single" && options.dump !== undefined && ranks.size > 1) {
    throw new RangeError(`Cannot dump a stream from ${ranks.size} ranks: they share whole scenes`);
  }
  const roots = rootsOf(options);
  using loader = await SampleLoader.open({
    roots,
    split,
    ...(options.indices
      ? { frames: await chosenFrames(options, roots, split, options.indices) }
      : {}),
    ...(limit === undefined ? {} : { first: limit }),
    pipeline: { ...pipelineOf(config), ...(mapped ? { mapped } : {}) },
    scenes: stream !== "single",
    shuffle: false,
    augment: false,
    skipBad,
    workers: 1,
    rank: ranks.rank,
    ranks: ranks.size,
  });
  // Of the files as they are now: an evaluation may take hours.
  const hashes = {
    checkpointSha256: checkpoint && await sha256(checkpoint.file),
    indexSha256: await indexHash(
      loader.frames,
      datasetOf(mapped?.task ?? config.task).indexFile(roots, split),
    ),
  };
  const model = modelOf(config).network(new Initializer(gpu, seed), config);
  let dump: SharedDump | null = null;
  try {
    if (checkpoint) {
      loadTrained(model, checkpoint);
      checkWeights(checkpoint);
    }
    if (options.dump !== undefined) dump = new SharedDump(options.dump, loader.total, ranks);
    const more = new MoreMeasures(options.measures ?? [], config, loader.frames);
    options.onStart?.(loader.length);
    const result = await evaluate(gpu, model, loader, {
      seed,
      ranks,
      stream,
      allVoxels,
      predictions: dump !== null || Boolean(options.measures?.length) ||
        (options.predictions ?? false),
      onStep: async (step) => {
        await dump?.add(loader.place, step.sample, step.prediction!);
        if (options.measures?.length) more.add(step.sample, step.prediction!);
        await options.onStep?.(step);
      },
      onLast: async () => await dump?.close(),
      ...(options.onPart ? { onPart: options.onPart } : {}),
    });
    const counts = more.counts();
    await ranks.sum(counts);
    more.setCounts(counts);
    const skipped = await skippedByAll(ranks, loader);
    return {
      preset,
      version: VERSION,
      deno: Deno.version.deno,
      adapter: gpu.name.description,
      seed,
      step: checkpoint?.state?.step ?? 0,
      split,
      samples: result.samples,
      ...(stream === "single"
        ? {}
        : { stream: { mode: stream, curve: result.curve, shortScenes: result.shortScenes } }),
      skipped: skipped.length,
      firstSkipped: skipped[0]?.message ?? null,
      blindCameras: result.blind,
      seconds: (performance.now() - started) / 1000,
      allVoxels,
      unlabelled: result.unlabelled,
      ...figuresOf(result),
      classes: countedClasses(config.task).map((label, i) => {
        const [seen, positive, correct] = [result.seen, result.positive, result.correct]
          .map((counts) => counts[i]!) as [number, number, number];
        return {
          label,
          name: config.task.classes[label]!,
          iou: result.iou[i]!,
          precision: result.precision[i]!,
          recall: result.recall[i]!,
          seen,
          positive,
          correct,
          tp: correct,
          fp: positive - correct,
          fn: seen - correct,
        };
      }),
      measures: more.results(),
      ...hashes,
      ...await useOfAll(ranks, { peakMemory: gpu.memory.peak, ...processUse() }),
    };
  } finally {
    dump?.abandon();
    model.release();
  }
}

/** Most bytes of any rank, and the processor time of all. */
async function useOfAll(
  ranks: Ranks,
  { peakMemory, peakResident, processorSeconds }: Pick<EvaluationReport, "peakMemory"> & ProcessUse,
) {
  const most = Float64Array.of(peakMemory, peakResident);
  const seconds = Float64Array.of(processorSeconds);
  await Promise.all([ranks.largest(most), ranks.sum(seconds)]);
  return { peakMemory: most[0]!, peakResident: most[1]!, processorSeconds: seconds[0]! };
}

/** The three folders of the data that options name, in one folder or apart. */
export function rootsOf({ dataDir, roots }: Pick<EvaluateOptions, "dataDir" | "roots">): DataRoots {
  if (roots) return roots;
  if (dataDir === undefined) {
    throw new TypeError("Cannot evaluate: neither dataDir nor roots is given");
  }
  return rootsIn(dataDir);
}

async function chosenFrames(
  { config, mapped }: Pick<EvaluateOptions, "config" | "mapped">,
  roots: DataRoots,
  split: Split,
  indices: readonly number[],
) {
  const frames = await readKeyFrames(roots, split, mapped?.task ?? config.task);
  return indices.map((index) => {
    const frame = frames[index % frames.length];
    if (!frame) {
      throw new RangeError(
        `Cannot choose key frame ${index}: the ${split} split has ${frames.length}, whole numbers from 0 are possible`,
      );
    }
    return frame;
  });
}
