import { maskOf } from "../../../../data/occupancy/coarsen.ts";
import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { adamw } from "../../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../../gpu/optim/clip_norm.ts";
import { backward, noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { Initializer } from "../../../init.ts";
import { type Arrays, type HostArray, upload } from "../../../operators/operator.ts";
import { gradientArrays } from "../../arrays/gradient_arrays.ts";
import {
  forwardPasses,
  type ModelInputs,
  type RunOptions,
  type RunResult,
} from "../../arrays/run_options.ts";
import { SceneMemory } from "../../stream/memory.ts";
import type { Moment, Occupancy } from "../../network/occupancy_network.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import { anchorCriterion } from "../../training/losses.ts";
import { parameterGroups } from "../../training/parameter_groups.ts";
import type { LabelledBatch } from "../../training/sample_batch.ts";
import { DERIVED_KEYS } from "../../weights/derived_keys.ts";
import type { GaussianWorldConfig } from "../config/config.ts";
import { worldKeys } from "../keys.ts";
import { GaussianWorld } from "../network/gaussianworld.ts";
import { ClipArrays } from "./clip_arrays.ts";

/** Between nuScenes' key frames. */
const SECONDS = 0.5;

/** A key frame that says when it was. */
interface ClipFrame extends LabelledBatch {
  readonly moment: Moment;
}

/** The loss of a key frame, and what was made of it. */
type Forward = (frame: ClipFrame, trace: Trace) => { loss: Tensor; occupancy: Occupancy };

/**
 * Runs a GaussianWorld over the key frames of a clip, each after the one before: `frame0.…`, `frame1.…`
 * and so on of outputs and gradients. Steps of training go around the clip, one a key frame; the first
 * one starts with no history.
 */
export async function runClip(
  gpu: Gpu,
  { config, weights, inputs }: ModelInputs<GaussianWorldConfig>,
  options: RunOptions = {},
): Promise<RunResult> {
  const { gradients = false, steps = 0, rate = 1, onStep, onPart } = options;
  using _run = gpu.scope();
  using memory = new SceneMemory();
  const model = new GaussianWorld(new Initializer(gpu, 0), config);
  const criterion = anchorCriterion(gpu, config);
  try {
    model.load(weights, { ignore: DERIVED_KEYS });
    if (inputs.prior) model.setPrior(inputs.prior);
    model.train();
    const frames = uploadFrames(gpu, inputs, config.task);
    const forward: Forward = (frame, trace) => {
      const occupancy = model.forward({ ...frame, memory: memory.before(frame.moment) }, trace);
      const loss = criterion.loss(occupancy, frame, { trace });
      memory.keep(occupancy.memory);
      return { loss, occupancy };
    };

    const outputs: Record<string, HostArray> = {};
    const byKey: Record<string, HostArray> = {};
    for (const [t, frame] of frames.entries()) {
      using _frame = gpu.scope();
      using traced = new ClipArrays(config, frame.moment, memory.before(frame.moment)?.moment);
      const { loss, occupancy } = forward(frame, traced.note);
      Object.assign(outputs, named(t, await traced.read(occupancy.supervised)));
      const predicted = noGradient(gpu, () => model.classes(occupancy));
      const classes = Int32Array.from(await predicted.read("u32"));
      outputs[`frame${t}.final_occ`] = { shape: [1, classes.length], data: classes };
      if (gradients) {
        backward(loss);
        const arrays = Object.entries(await gradientArrays(model))
          .map(([key, array]) => [worldKeys.theirs(key), array] as const);
        Object.assign(byKey, named(t, Object.fromEntries(arrays)));
        for (const [, parameter] of model.trainableParameters()) parameter.zeroGradient();
      }
      await gpu.settle();
      const done = forwardPasses(options) * (t + 1) / frames.length;
      onPart?.({ done, label: `key frame ${t + 1} of ${frames.length}` });
    }
    const training = steps > 0
      ? await train(gpu, model, { frames, steps, rate, forward, onStep })
      : { losses: [], gradientNorms: [] };
    return { outputs, gradients: byKey, ...training };
  } finally {
    model.release();
    criterion.release();
  }
}

async function train(
  gpu: Gpu,
  model: GaussianWorld,
  { frames, steps, rate: factor, forward, onStep }: {
    readonly frames: readonly ClipFrame[];
    readonly steps: number;
    readonly rate: number;
    readonly forward: Forward;
    readonly onStep: RunOptions["onStep"];
  },
): Promise<Pick<RunResult, "losses" | "gradientNorms">> {
  const { lr, betas, eps, clipNorm: largest } = model.config.optim;
  const trained = model.trainableParameters();
  const groups = parameterGroups(trained, model.config.optim)
    .map((group) => ({ ...group, rate: lr * group.lr * factor }));
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  for (let step = 0; step <= steps; step++) {
    using _step = gpu.scope();
    // Where the clip begins again its time runs backwards, and what was seen is forgotten.
    const { loss } = forward(frames[step % frames.length]!, noTrace);
    loss.retain();
    losses.push((await loss.read("f32"))[0]!);
    if (step === steps) break;
    backward(loss);
    const norm = clipNorm(trained.map(([, { gradient }]) => gradient!), largest);
    adamw(groups, { step: step + 1, betas, eps, factor: norm.factor });
    for (const [, parameter] of trained) parameter.zeroGradient();
    gradientNorms.push((await norm.norm.read("f32"))[0]!);
    onStep?.(step + 1);
  }
  return { losses, gradientNorms };
}

const WANTED = ["img", "projection_mat", "image_wh", "lidar2global", "occ_label"];

function uploadFrames(gpu: Gpu, inputs: Arrays, task: OccupancyTask): ClipFrame[] {
  const count = inputs.img?.shape[0] ?? 0;
  for (const key of WANTED) {
    const array = inputs[key];
    if (array && array.shape[0] === count) continue;
    throw new TypeError(
      `Cannot run the model: "${key}" is ${
        array ? `[${array.shape}]` : `missing, there are ${Object.keys(inputs).join(", ")}`
      }, it must have ${count || "so many"} key frames along its first axis, as "img"`,
    );
  }
  const { u, occ_cam_mask: masks } = inputs;
  return Array.from({ length: count }, (_, t) => {
    const at = (key: string) => frameOf(inputs[key]!, t);
    const cameras = at("img").shape[0]!;
    const pose = at("lidar2global").data;
    const labels = at("occ_label").data;
    const mask = masks ? frameOf(masks, t).data : maskOf(labels, task);
    return {
      images: upload(gpu, at("img")),
      projection: upload(gpu, { shape: [cameras, 4, 4], data: at("projection_mat").data }),
      imageSize: upload(gpu, at("image_wh")),
      labels: Tensor.from(gpu, Uint32Array.from(labels)),
      mask: Tensor.from(gpu, Uint32Array.from(mask)),
      uniforms: u && upload(gpu, frameOf(u, t)),
      moment: {
        scene: "clip",
        seconds: t * SECONDS,
        worldFromFrame: Float64Array.from({ length: 16 }, (_, i) => pose[i]!),
      },
    };
  });
}

/** One key frame of an array whose first axis goes over them. */
function frameOf({ shape, data }: HostArray, t: number): HostArray {
  const size = data.length / shape[0]!;
  return {
    shape: shape.slice(1),
    data: Float32Array.from({ length: size }, (_, i) => data[t * size + i]!),
  };
}

function named(t: number, arrays: Readonly<Record<string, HostArray>>) {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [`frame${t}.${name}`, array]),
  );
}
