import { writeAtomically } from "../../../data/formats/atomic_file.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { writeNpz } from "../../../data/formats/npz.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { HostArray } from "../../operators/operator.ts";
import { readArrays } from "../../operators/run_file.ts";
import { readWeights } from "../../weights_file.ts";
import { originalConfig } from "../config/original_config.ts";
import { runArrays, type RunOptions, type RunResult } from "./run_arrays.ts";

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

/** Runs a whole model on arrays from files and writes what it made; returns the names, and the losses of steps. */
export async function runModelFile(
  gpu: Gpu,
  files: ModelFiles,
  options: Omit<RunOptions, "gradients"> = {},
): Promise<
  Pick<RunResult, "losses" | "gradientNorms"> & {
    readonly arrays: { name: string; shape: readonly number[] }[];
  }
> {
  const config = originalConfig(readJson(files.config));
  const weights = readWeights(files.checkpoint);
  const inputs = readArrays(files.inputs);
  const { outputs, gradients, losses, gradientNorms } = await runArrays(
    gpu,
    config,
    { weights, inputs },
    { ...options, gradients: files.grads !== undefined },
  );
  await gpu.check();
  if (options.steps) {
    outputs["train.loss"] = row(losses);
    outputs["train.grad_norm_before_clip"] = row(gradientNorms);
  }
  write(files.out, outputs);
  if (files.grads !== undefined) write(files.grads, gradients);
  const arrays = Object.entries(outputs).map(([name, { shape }]) => ({ name, shape }));
  return { losses, gradientNorms, arrays };
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
  const stored = Object.entries(arrays).map(([key, array]) => [key, storable(array)]);
  writeAtomically(path, writeNpz(Object.fromEntries(stored)));
}

function storable({ shape, data }: HostArray): NdArray {
  if (data instanceof Uint8Array) return { shape: [...shape], dtype: "uint8", data };
  if (data instanceof Int32Array) return { shape: [...shape], dtype: "int32", data };
  return { shape: [...shape], dtype: "float32", data: Float32Array.from(data) };
}

function row(values: readonly number[]): HostArray {
  return { shape: [values.length], data: Float32Array.from(values) };
}
