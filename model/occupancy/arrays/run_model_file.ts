import { extname } from "@std/path";
import { storedArray } from "../../operators/stored_array.ts";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { HostArray } from "../../operators/operator.ts";
import { readArrays } from "../../operators/run_file.ts";
import { readWeights } from "../../weights_file.ts";
import { originalConfig } from "../config/original_config.ts";
import { modelOf } from "../table.ts";
import { fromUpstream } from "../weights/upstream_names.ts";
import type { ModelInputs, RunOptions, RunResult } from "./run_options.ts";

/** Files of one run of a whole model. */
export interface ModelFiles {
  /** JSON with the option names of the original's configurations, merged. */
  readonly config: string;
  /** Weights: a `.pth` or safetensors file. */
  readonly checkpoint: string;
  /** npz with `img`, `projection_mat`, `image_wh`, `occ_label` and what else the model takes. */
  readonly inputs: string;
  /** npz to write every intermediate to. */
  readonly out: string;
  /** npz to write the gradients to, by parameter. */
  readonly grads?: string | undefined;
}

/** Reads what a whole model is to be run on. */
export function readModelInputs(
  { config, checkpoint, inputs }: Pick<ModelFiles, "config" | "checkpoint" | "inputs">,
): ModelInputs {
  return {
    config: originalConfig(readJson(config)),
    weights: readWeights(checkpoint),
    inputs: readArrays(inputs),
  };
}

/** Runs a whole model: every intermediate, gradients and losses of steps where they are asked for. */
export async function runModel(
  gpu: Gpu,
  { config, weights, inputs }: ModelInputs,
  options: RunOptions = {},
): Promise<RunResult> {
  const { keys, runArrays } = modelOf(config);
  const ours = fromUpstream(weights).weights;
  const result = await runArrays(gpu, { config, weights: ours, inputs }, options);
  await gpu.check();
  const gradients = Object.entries(result.gradients).map(([key, array]) =>
    [keys.theirs(key), array] as const
  );
  return { ...result, gradients: Object.fromEntries(gradients) };
}

/**
 * Writes what a model made; returns the names and shapes of the arrays in `out`. A model that says so has
 * the arrays of each key frame in a file beside it too: `out.npz` and `out_t0.npz`, `out_t1.npz`, ...
 */
export function writeModelOutputs(
  { out, grads }: Pick<ModelFiles, "out" | "grads">,
  { outputs, gradients, losses, gradientNorms, framesApart = 0 }: RunResult,
): { name: string; shape: readonly number[] }[] {
  // Without steps there is one loss at most, which `loss.total` is too.
  const trained = losses.length <= 1 ? {} : {
    "train.loss": row(losses),
    "train.grad_norm_before_clip": row(gradientNorms),
  };
  const arrays: Readonly<Record<string, HostArray>> = { ...outputs, ...trained };
  write(out, arrays);
  if (grads !== undefined) write(grads, gradients);
  for (let t = 0; t < framesApart; t++) {
    write(framePath(out, t), ofFrame(outputs, t));
    if (grads !== undefined) write(framePath(grads, t), ofFrame(gradients, t));
  }
  return Object.entries(arrays).map(([name, { shape }]) => ({ name, shape }));
}

function framePath(path: string, t: number): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}_t${t}${ending}`;
}

/** The arrays of a key frame under the names that they have in it. */
function ofFrame(
  arrays: Readonly<Record<string, HostArray>>,
  t: number,
): Record<string, HostArray> {
  const prefix = `frame${t}.`;
  return Object.fromEntries(
    Object.entries(arrays).filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array]),
  );
}

function readJson(path: string): unknown {
  const text = Deno.readTextFileSync(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${path}": it is not JSON`, { cause });
  }
}

function write(path: string, arrays: Readonly<Record<string, HostArray>>): void {
  const stored = Object.entries(arrays).map((
    [key, array],
  ) => [key, storedArray(array, { bytes: true })]);
  writeAtomically(path, writeNpz(Object.fromEntries(stored)));
}

function row(values: readonly number[]): HostArray {
  return { shape: [values.length], data: Float32Array.from(values) };
}
