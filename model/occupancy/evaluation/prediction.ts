import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import type { NdArray, TextArray } from "../../../data/formats/nd_array.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import type { Split } from "../../../data/occupancy/dataset.ts";
import type { DataRoots, Sample } from "../../../data/occupancy/sample.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Initializer } from "../../init.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { Rounds } from "../../run/ranks/rounds.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import { drawingFor } from "./evaluation.ts";
import { skippedByAll, type SkippedFrame } from "./skipped_frames.ts";
import { type EvaluationPart, teller } from "./teller.ts";
import { type BlindCamera, blindCameras } from "./blind_cameras.ts";
import { checkWeights } from "./finite_check.ts";
import { predictKeyFrame } from "./key_frame_prediction.ts";
import type { OccupancyNetwork } from "../network/occupancy_network.ts";
import { modelOf } from "../table.ts";
import { SceneMemory } from "../stream/memory.ts";
import { streamModeOf } from "../stream/stream_views.ts";
import { placeOf } from "../training/train_options.ts";
import { pipelineOf } from "../training/sample_batch.ts";
import { loadTrained, type TrainedWeights } from "../weights/trained_weights.ts";
import { keyFrameArrays } from "../view/key_frame_file.ts";
import { drawnGaussians } from "../view/drawn_frame.ts";
import { gaussianSplats } from "../view/gaussian_splats.ts";

/** What to predict, from what, and where to. */
export interface PredictOptions {
  /** Settings of the model. */
  readonly config: ModelConfig;
  /** Folder with nuscenes/ and nuscenes_cam/; or `roots`. */
  readonly dataDir?: string | undefined;
  /** The folders of the data, of which that of labels is not read; or `dataDir`. */
  readonly roots?: DataRoots | undefined;
  /** Where the files go. */
  readonly outDir: string;
  /** The weights. */
  readonly checkpoint: TrainedWeights;
  /** Which key frames, val unless given. */
  readonly split?: Split;
  /** Only the first so many key frames, those that are skipped included. */
  readonly limit?: number | undefined;
  /** Of what a sampled lifter draws. */
  readonly seed?: number;
  /** Write the probabilities of all classes too. */
  readonly probabilities?: boolean;
  /** Keep small pictures of the cameras too. */
  readonly pictures?: boolean;
  /** Skip and count key frames with broken or missing files. */
  readonly skipBad?: boolean;
  /** Told of those, at the end. */
  readonly onSkipped?: (skipped: readonly SkippedFrame[]) => void;
  /** Told within a key frame on software adapters, which take minutes for one. */
  readonly onPart?: (part: EvaluationPart) => void;
  /** Whether each key frame goes on from those of its scene before it; as the settings train unless given. */
  readonly stream?: boolean | undefined;
  /** Processes that share the key frames; each is told of all. One unless given. */
  readonly ranks?: Ranks;
}

/** Tells how many key frames there are (`done` is 0), then that one is done. */
export type PredictionStep = { readonly done: 0; readonly total: number } | PredictedFiles;

/** What was written for a key frame. */
export interface PredictedFiles {
  /** Key frames so far, this one included. */
  readonly done: number;
  /** Key frames in all. */
  readonly total: number;
  /** The key frame. */
  readonly token: string;
  /** Path of the npz. */
  readonly occupancy: string;
  /** Path of the PLY. */
  readonly gaussians: string;
  /** Gaussians in the file, and voxels that are not empty. */
  readonly gaussianCount: number;
  /** Voxels that are not free. */
  readonly occupied: number;
  /** Cameras whose pictures show nothing of the grid. */
  readonly blindCameras: readonly BlindCamera[];
}

/**
 * Predicts key frames from their pictures alone, and writes for each `TOKEN.npz` with "semantics", u8
 * [X, Y, Z], and `TOKEN.ply` with the Gaussians of the last block, in the
 * frame of splat files; a file is whole or not there.
 */
export async function* predictOccupancy(
  gpu: Gpu,
  options: PredictOptions,
): AsyncGenerator<PredictionStep, void, void> {
  const { config, checkpoint, split = "val", skipBad = false, seed = 42, limit } = options;
  const { ranks = ONE_RANK } = options;
  const wanted = options.stream === undefined ? undefined : options.stream ? "once" : "single";
  const streams = streamModeOf(config, wanted) === "once";
  if (streams && ranks.size > 1) {
    throw Object.assign(
      new RangeError(
        `Cannot stream on ${ranks.size} ranks: each key frame waits for the one before it`,
      ),
      { hint: "one process predicts a stream, eval --gpus shares whole scenes" },
    );
  }
  using loader = await SampleLoader.open({
    ...placeOf(options),
    split,
    ...(limit === undefined ? {} : { first: limit }),
    pipeline: { ...pipelineOf(config), labels: false },
    scenes: streams,
    shuffle: false,
    augment: false,
    skipBad,
    workers: 1,
    rank: ranks.rank,
    ranks: ranks.size,
  });
  await Deno.mkdir(options.outDir, { recursive: true });
  const { total } = loader;
  const model = modelOf(config).network(new Initializer(gpu, 0), config);
  using memory = new SceneMemory();
  try {
    loadTrained(model, checkpoint);
    checkWeights(checkpoint);
    yield { done: 0, total };
    let done = 0;
    const told: PredictedFiles[] = [];
    const rounds = new Rounds(ranks, total, (_, bytes) => {
      told.push({ done: ++done, total, ...JSON.parse(new TextDecoder().decode(bytes)) });
    });
    for await (const sample of loader) {
      using _draws = drawingFor(gpu, seed, loader.keyFrame);
      const files = await predictSample(gpu, model, sample, {
        ...options,
        done,
        memory: streams ? memory : null,
      });
      await rounds.add(loader.place, new TextEncoder().encode(JSON.stringify(files)));
      yield* told.splice(0);
    }
    await rounds.finish();
    yield* told.splice(0);
    const skipped = await skippedByAll(ranks, loader);
    if (skipped.length) options.onSkipped?.(skipped);
  } finally {
    model.release();
  }
}

/** Runs the model over one key frame and writes its two files. */
async function predictSample(
  gpu: Gpu,
  model: OccupancyNetwork,
  sample: Sample,
  { outDir, probabilities = false, pictures = false, onPart, done, memory }: PredictOptions & {
    readonly done: number;
    readonly memory: SceneMemory | null;
  },
): Promise<Omit<PredictedFiles, "done" | "total">> {
  const { config } = model;
  const { cameras } = config.task;
  const tell = onPart &&
    teller(gpu, modelOf(config).work(config), { cameras: cameras.length, done, onPart });
  const predicted = await predictKeyFrame(gpu, model, sample, { probabilities, tell, memory });
  const { semantics, chances, gaussians } = predicted;
  const dims = gridDims(config.occupancy);
  const arrays: Record<string, NdArray | TextArray> = keyFrameArrays(config, {
    prediction: semantics,
    images: pictures ? sample.images : null,
  });
  if (chances) {
    arrays.probabilities = {
      dtype: "float32",
      shape: [config.task.classes.length, ...dims],
      data: chances,
    };
  }
  const path = (ending: string) => join(outDir, `${sample.token}.${ending}`);
  const splats = gaussianSplats(drawnGaussians(gaussians, config.task), config.task);
  writeAtomically(path("npz"), writeNpz(arrays, { compress: true }));
  await writeSplats(path("ply"), splats);
  return {
    token: sample.token,
    occupancy: path("npz"),
    gaussians: path("ply"),
    gaussianCount: splats.count,
    blindCameras: blindCameras(sample, config.occupancy),
    occupied: semantics.reduce((sum, label) => sum + Number(label !== config.task.empty), 0),
  };
}
