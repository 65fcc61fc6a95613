import { SampleLoader } from "../../../data/batches.ts";
import { readSplit } from "../../../data/nuscenes/split_infos.ts";
import { rootsIn } from "../../../data/nuscenes/sample.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Initializer } from "../../init.ts";
import { VERSION } from "../../version.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import { evaluate, type EvaluationStep } from "./evaluation.ts";
import { GaussianFormer } from "../network/model.ts";
import { pipelineOf } from "../training/sample_batch.ts";
import { loadTrained, type TrainedWeights } from "../weights/trained_weights.ts";

/** What to evaluate, and on what. */
export interface EvaluateOptions {
  readonly preset: string;
  readonly config: GaussianFormerConfig;
  readonly dataDir: string;
  readonly checkpoint: TrainedWeights;
  /** Of what a sampled lifter draws; the checkpoint's own where it has one. */
  readonly seed?: number | undefined;
  readonly split?: "train" | "val";
  /** Only these key frames of the split, counted from 0 and around its end. */
  readonly indices?: readonly number[];
  /** Stop after so many key frames. */
  readonly limit?: number | undefined;
  readonly skipBad?: boolean;
  /** Told how many key frames there are, before the first. */
  readonly onStart?: (total: number) => void;
  /** Told after each key frame; with `predictions`, what was predicted too. */
  readonly onStep?: (step: EvaluationStep) => void | Promise<void>;
  readonly predictions?: boolean;
}

/** Figures of one class. */
export interface ClassFigures {
  readonly label: number;
  readonly iou: number;
  readonly precision: number;
  readonly recall: number;
  readonly seen: number;
  readonly positive: number;
  readonly correct: number;
}

/** The seed of the original's evaluation. */
const DEFAULT_SEED = 42;

/** All that is needed to say what was measured, and how. */
export interface EvaluationReport {
  readonly preset: string;
  readonly version: string;
  readonly adapter: string;
  readonly seed: number;
  readonly step: number;
  readonly split: "train" | "val";
  readonly samples: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Percent. */
  readonly miou: number;
  /** Intersection over union of what is occupied, percent. */
  readonly iou: number;
  readonly classes: readonly ClassFigures[];
  readonly checkpointSha256: string;
  readonly indexSha256: string;
}

/** Evaluates a checkpoint as the reference does: voxels of label 0 left out, absent classes count as 1. */
export async function evaluateGaussianFormer(
  gpu: Gpu,
  options: EvaluateOptions,
): Promise<EvaluationReport> {
  const { preset, config, dataDir, checkpoint, split = "val", limit, skipBad = false } = options;
  const seed = checkpoint.state?.seed ?? options.seed ?? DEFAULT_SEED;
  const step = checkpoint.state?.step ?? 0;
  const started = performance.now();
  using loader = await SampleLoader.open({
    dataDir,
    split,
    ...(options.indices ? { frames: await chosenFrames(dataDir, split, options.indices) } : {}),
    pipeline: pipelineOf(config),
    shuffle: false,
    augment: false,
    skipBad,
    workers: 1,
  });
  const model = new GaussianFormer(new Initializer(gpu, seed), config);
  try {
    loadTrained(model, checkpoint);
    gpu.random.seed = seed;
    gpu.random.counter = 0;
    options.onStart?.(Math.min(limit ?? loader.length, loader.length));
    const result = await evaluate(gpu, model, loader, {
      ...(limit === undefined ? {} : { limit }),
      predictions: options.predictions ?? false,
      ...(options.onStep ? { onStep: options.onStep } : {}),
    });
    return {
      preset,
      version: VERSION,
      adapter: gpu.name.description,
      seed,
      step,
      split,
      samples: result.samples,
      skipped: loader.skipped.length,
      seconds: (performance.now() - started) / 1000,
      miou: result.miou,
      iou: result.occIou,
      classes: result.iou.map((iou, i) => ({
        label: i + 1,
        iou,
        precision: result.precision[i]!,
        recall: result.recall[i]!,
        seen: result.seen[i]!,
        positive: result.positive[i]!,
        correct: result.correct[i]!,
      })),
      checkpointSha256: await sha256(checkpoint.file),
      indexSha256: await sha256(`${loader.roots.infos}/nuscenes_infos_${split}_sweeps_occ.pkl`),
    };
  } finally {
    model.release();
  }
}

async function chosenFrames(dataDir: string, split: "train" | "val", indices: readonly number[]) {
  const frames = await readSplit(rootsIn(dataDir), split);
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

async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
