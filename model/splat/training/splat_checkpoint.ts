import type { NdArray } from "../../../data/formats/nd_array.ts";
import { readSafetensors, writeSafetensors } from "../../../data/formats/safetensors.ts";
import type { ShDegree, Splats } from "../../../data/splats/splats.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { VERSION } from "../../version.ts";
import type { SplatConfig } from "../config.ts";
import type { Group } from "../gaussians.ts";
import type { SplatStart, SplatTraining } from "./splat_training.ts";

/** What a checkpoint holds besides arrays; plain data. */
export interface SplatState {
  readonly version: string;
  /** Iterations done. */
  readonly iteration: number;
  readonly activeDegree: number;
  readonly config: SplatConfig;
  readonly extent: number;
  /** Steps of Adam by group. */
  readonly steps: Readonly<Record<Group, number>>;
  readonly exposureSteps: number;
  /** Most pairs of Gaussian and tile that a picture had. */
  readonly pairs: number;
  /** Position in the GPU's stream of random numbers. */
  readonly random: { readonly seed: number; readonly counter: number };
  /** What the strategy keeps besides arrays. */
  readonly strategy?: Readonly<Record<string, unknown>>;
}

/** A checkpoint of a training of Gaussians as read from disk. */
export interface SplatCheckpoint {
  readonly file: string;
  readonly state: SplatState;
  readonly arrays: ReadonlyMap<string, NdArray>;
}

const KEY = "voxsplat_gaussians";
const FIRST = "adam.first.";
const SECOND = "adam.second.";
const STREAM = "random.words";

/** Saves all that a training needs to go on with the same bits. */
export async function saveSplatCheckpoint(
  path: string,
  training: SplatTraining,
  iteration: number,
): Promise<void> {
  const { gaussians, strategy, exposures, optimizer, options, gpu } = training;
  const arrays: [string, NdArray][] = [];
  const put = async (name: string, tensor: Tensor) => {
    const data = await tensor.read("f32");
    arrays.push([name, { dtype: "float32", shape: [...tensor.shape], data }]);
  };
  const parameters: [string, Parameter][] = gaussians.groups();
  if (exposures) parameters.push(["exposures", exposures.parameter]);
  for (const [name, { value, moments }] of parameters) {
    await put(name, value);
    if (!moments) continue;
    await put(FIRST + name, moments[0]);
    await put(SECOND + name, moments[1]);
  }
  const { tensors, json } = strategy.state?.() ?? { tensors: [], json: {} };
  for (const [name, tensor] of tensors) await put(name, tensor);
  const words = training.stream.state();
  arrays.push([STREAM, { dtype: "uint32", shape: [words.length], data: words }]);
  const { seed, counter } = gpu.random;
  const state: SplatState = {
    version: VERSION,
    iteration,
    activeDegree: gaussians.activeDegree,
    config: options.config,
    extent: options.extent,
    steps: { ...optimizer.steps },
    exposureSteps: exposures?.steps ?? 0,
    pairs: training.budget.peak,
    random: { seed, counter },
    strategy: json,
  };
  writeSafetensors(path, arrays, { [KEY]: JSON.stringify(state) }, { checksums: true });
}

/** Reads a checkpoint. */
export function readSplatCheckpoint(file: string): SplatCheckpoint {
  const { tensors, metadata } = readSafetensors(file);
  const text = metadata[KEY];
  if (!text) {
    throw new SyntaxError(
      `Cannot read "${file}": its metadata holds no training of Gaussians, it is not such a checkpoint`,
    );
  }
  const checkpoint = { file, state: JSON.parse(text) as SplatState, arrays: tensors };
  for (const name of ["xyz", "featuresDc", "opacity", "scaling", "rotation"]) {
    arrayOf(checkpoint, name);
  }
  return checkpoint;
}

/** The Gaussians of a checkpoint. */
export function checkpointStart(checkpoint: SplatCheckpoint): SplatStart {
  const values = (name: string) => arrayOf(checkpoint, name).data as Float32Array;
  const rest = checkpoint.arrays.get("featuresRest");
  const splats: Splats = {
    count: arrayOf(checkpoint, "xyz").shape[0]!,
    degree: (Math.sqrt((rest?.shape[1] ?? 0) + 1) - 1) as ShDegree,
    positions: values("xyz"),
    logScales: values("scaling"),
    quaternions: values("rotation"),
    opacities: values("opacity"),
    shDc: values("featuresDc"),
    shRest: rest ? rest.data as Float32Array : new Float32Array(0),
  };
  return { splats, activeDegree: checkpoint.state.activeDegree };
}

/** Puts a training that was made of `checkpointStart` into the state of the checkpoint. */
export function restoreTraining(training: SplatTraining, checkpoint: SplatCheckpoint): number {
  const { gaussians, strategy, exposures, optimizer, gpu } = training;
  const { state, arrays } = checkpoint;
  const parameters: [string, Parameter][] = gaussians.groups();
  const saved = arrays.get("exposures");
  if (exposures && saved) {
    if (saved.shape.join() !== exposures.parameter.shape.join()) {
      throw new RangeError(
        `Cannot restore "${checkpoint.file}": it has exposures of ${saved.shape[0]} pictures, ` +
          `${exposures.names.length} are trained on`,
      );
    }
    exposures.parameter.set(saved.data as Float32Array);
    exposures.steps = state.exposureSteps;
    parameters.push(["exposures", exposures.parameter]);
  }
  for (const [name, parameter] of parameters) {
    const [first, second] = [arrays.get(FIRST + name), arrays.get(SECOND + name)];
    if (!first || !second) continue;
    const moments = parameter.ensureMoments();
    moments[0].write(first.data as Float32Array);
    moments[1].write(second.data as Float32Array);
  }
  strategy.restore?.({ arrays, json: state.strategy ?? {} });
  Object.assign(optimizer.steps, state.steps);
  gpu.random.counter = state.random.counter;
  training.budget.note(state.pairs ?? 0);
  const words = arrays.get(STREAM);
  if (words?.dtype !== "uint32") {
    throw new SyntaxError(`Cannot read "${checkpoint.file}": it has no uint32 array "${STREAM}"`);
  }
  training.stream.restore(words.data as Uint32Array);
  return state.iteration;
}

function arrayOf({ file, arrays }: SplatCheckpoint, name: string): NdArray {
  const array = arrays.get(name);
  if (array?.dtype === "float32") return array;
  throw new SyntaxError(`Cannot read "${file}": it has no float32 array "${name}"`);
}
