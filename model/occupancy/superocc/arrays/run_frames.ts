import { maskOf } from "../../../../data/occupancy/coarsen.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { adamw } from "../../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../../gpu/optim/clip_norm.ts";
import { backward, noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { Initializer } from "../../../init.ts";
import type { Arrays, HostArray } from "../../../operators/operator.ts";
import { gradientArrays } from "../../arrays/gradient_arrays.ts";
import type { ModelInputs, RunOptions, RunResult } from "../../arrays/run_options.ts";
import type { Criterion } from "../../model.ts";
import type { Memory, Moment } from "../../network/occupancy_network.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import { keptMemory, releaseMemory } from "../../stream/memory.ts";
import { parameterGroups } from "../../training/parameter_groups.ts";
import type { LabelledBatch } from "../../training/sample_batch.ts";
import { DERIVED_KEYS } from "../../weights/derived_keys.ts";
import type { SuperOccConfig } from "../config/config.ts";
import { SuperOcc, type SuperOccupancy } from "../network/superocc.ts";
import { motionTo } from "../queries/stream.ts";
import { superOccCriterion } from "../training/criterion.ts";
import { FrameArrays } from "./frame_arrays.ts";

/**
 * Runs a model over key frames that follow each other, each with the queries of the one before: every
 * intermediate as `frame{t}.NAME`, gradients of each frame's loss as `frame{t}.KEY`, and the losses of
 * training steps that go round the frames.
 */
export async function runFrames(
  gpu: Gpu,
  { config, weights, inputs }: ModelInputs<SuperOccConfig>,
  { gradients = false, steps = 0, rate = 1, onStep, onPart }: RunOptions = {},
): Promise<RunResult> {
  using _run = gpu.scope();
  const model = new SuperOcc(new Initializer(gpu, 0), config);
  const criterion = superOccCriterion(gpu, config);
  const memory = new HeldMemory();
  try {
    model.load(weights, { ignore: DERIVED_KEYS });
    model.train();
    const frames = new InputFrames(inputs, config);
    const outputs: Record<string, HostArray> = {};
    const byKey: Record<string, HostArray> = {};
    for (let t = 0; t < frames.count; t++) {
      using _frame = gpu.scope();
      using traced = new FrameArrays(config);
      const before = memory.of(frames, t);
      const { loss, occupancy } = pass(model, criterion, frames.batch(gpu, t, before), traced.note);
      traced.result(occupancy);
      const arrays = {
        ...await traced.read(),
        ...memoryArrays(frames, t, before, config),
        final_occ: await classesOf(model, occupancy),
      };
      Object.assign(arrays, worldMemory(arrays, frames.moment(t)));
      put(outputs, t, arrays);
      onPart?.({ done: (t + 1) / frames.count, label: `key frame ${t + 1} of ${frames.count}` });
      if (gradients) {
        backward(loss);
        put(byKey, t, await gradientArrays(model));
        for (const [, parameter] of model.trainableParameters()) parameter.zeroGradient();
      }
      // What the frame was given is needed as long as it is walked back through.
      memory.keep(occupancy.memory!);
      await gpu.settle();
    }
    memory.release();
    const made = { outputs, gradients: byKey, framesApart: frames.count };
    if (!steps) return { ...made, losses: [], gradientNorms: [] };
    const training = await train(gpu, { model, criterion, frames, memory }, {
      steps,
      rate,
      onStep,
    });
    return { ...made, ...training };
  } finally {
    memory.release();
    model.release();
    criterion.release();
  }
}

function put(into: Record<string, HostArray>, t: number, arrays: Record<string, HostArray>): void {
  for (const [name, array] of Object.entries(arrays)) into[`frame${t}.${name}`] = array;
}

function pass(model: SuperOcc, criterion: Criterion, batch: LabelledBatch, trace: Trace) {
  const occupancy = model.forward(batch, trace);
  return { occupancy, loss: criterion.loss(occupancy, batch, { trace }) };
}

async function classesOf(model: SuperOcc, occupancy: SuperOccupancy): Promise<HostArray> {
  const classes = noGradient(occupancy.probabilities.gpu, () => model.classes(occupancy));
  return { shape: [1, classes.size], data: Int32Array.from(await classes.read("u32")) };
}

/** AdamW steps, each on the next frame with what the step before kept. */
async function train(
  gpu: Gpu,
  { model, criterion, frames, memory }: {
    readonly model: SuperOcc;
    readonly criterion: Criterion;
    readonly frames: InputFrames;
    readonly memory: HeldMemory;
  },
  { steps, rate, onStep }:
    & { readonly steps: number; readonly rate: number }
    & Pick<
      RunOptions,
      "onStep"
    >,
): Promise<Pick<RunResult, "losses" | "gradientNorms">> {
  const { lr, betas, eps, clipNorm: largest } = model.config.optim;
  const trained = model.trainableParameters();
  const groups = parameterGroups(trained, model.config.optim)
    .map((group) => ({ ...group, rate: lr * group.lr * rate }));
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  for (let step = 0; step <= steps; step++) {
    using _step = gpu.scope();
    const t = step % frames.count;
    const batch = frames.batch(gpu, t, memory.of(frames, t));
    const { loss, occupancy } = pass(model, criterion, batch, noTrace);
    loss.retain();
    losses.push((await loss.read("f32"))[0]!);
    if (step === steps) break;
    backward(loss);
    memory.keep(occupancy.memory!);
    const norm = clipNorm(trained.map(([, { gradient }]) => gradient!), largest);
    adamw(groups, { step: step + 1, betas, eps, factor: norm.factor });
    for (const [, parameter] of trained) parameter.zeroGradient();
    gradientNorms.push((await norm.norm.read("f32"))[0]!);
    onStep?.(step + 1);
  }
  return { losses, gradientNorms };
}

/** Holds what a key frame keeps for the next one, beyond their scopes. */
class HeldMemory {
  #held: Memory | null = null;

  /** What frame t is given: nothing where it does not follow the one before. */
  of(frames: InputFrames, t: number): Memory | null {
    return frames.follows(t) ? this.#held : null;
  }

  keep(memory: Memory): void {
    const kept = keptMemory(memory);
    this.release();
    this.#held = kept;
  }

  release(): void {
    if (this.#held) releaseMemory(this.#held);
    this.#held = null;
  }
}

/** Key frames of an npz file: what of it belongs to each. */
class InputFrames {
  readonly count: number;

  constructor(private readonly inputs: Arrays, private readonly config: SuperOccConfig) {
    for (const key of ["img", "projection_mat", "ego_pose", "timestamp", "occ_label"]) {
      if (inputs[key]) continue;
      throw new TypeError(
        `Cannot run the model: the inputs have no "${key}", they have ${
          Object.keys(inputs).join(", ")
        }`,
      );
    }
    this.count = inputs.img!.shape[0]!;
  }

  /** Whether frame t has one before it in its scene. */
  follows(t: number): boolean {
    return (this.inputs.prev_exists?.data[t] ?? Number(t > 0)) > 0;
  }

  moment(t: number): Moment {
    const pose = this.#part("ego_pose", t);
    return {
      scene: "",
      seconds: this.inputs.timestamp!.data[t]!,
      worldFromFrame: Float64Array.from(pose),
    };
  }

  /** The current pictures, then those of the frames before; where there are none, the oldest again. */
  batch(gpu: Gpu, t: number, memory: Memory | null): LabelledBatch {
    const { config, inputs } = this;
    const [, cameras = 0, , height = 0, width = 0] = inputs.img!.shape;
    const { frames } = config.queries;
    const shown = [t];
    while (shown.length < frames) {
      const oldest = shown.at(-1)!;
      shown.push(oldest > 0 && this.follows(oldest) ? oldest - 1 : oldest);
    }
    const pictures = cameras * frames;
    const picture = 3 * height * width * cameras;
    const images = new Float32Array(picture * frames);
    shown.forEach((frame, i) => images.set(this.#part("img", frame), picture * i));
    const sizes = Float32Array.from({ length: 2 * pictures }, (_, i) => i % 2 ? height : width);
    const labels = Uint32Array.from(this.#part("occ_label", t));
    return {
      images: Tensor.from(gpu, images, [pictures, 3, height, width]),
      projection: Tensor.from(gpu, Float32Array.from(this.#part("projection_mat", t)), [
        pictures,
        4,
        4,
      ]),
      imageSize: Tensor.from(gpu, sizes, [pictures, 2]),
      labels: Tensor.from(gpu, labels),
      mask: Tensor.from(gpu, Uint32Array.from(maskOf(labels, config.task))),
      uniforms: inputs.rand && Tensor.from(gpu, Float32Array.from(this.#part("rand", t))),
      moment: this.moment(t),
      memory,
    };
  }

  #part(name: string, t: number): ArrayLike<number> & Iterable<number> {
    const { shape, data } = this.inputs[name]!;
    const size = data.length / shape[0]!;
    return (data as Float32Array).subarray(t * size, (t + 1) * size);
  }
}

/** What the memory says of how long ago and where from it is; zeros where there is none. */
function memoryArrays(
  frames: InputFrames,
  t: number,
  memory: Memory | null,
  { queries: { count, propagated: kept }, decoder: { embedDims } }: SuperOccConfig,
): Record<string, HostArray> {
  const now = frames.moment(t);
  const seconds = memory ? now.seconds - memory.moment.seconds : 0;
  const motion = memory
    ? motionTo(now.worldFromFrame, memory.moment.worldFromFrame)
    : new Float64Array(16);
  return {
    ...(memory ? {} : {
      "memory_in.embedding": zeros(1, kept, embedDims),
      "memory_in.reference_point": zeros(1, kept, 3),
      "query.far_mask": { shape: [count], data: new Uint8Array(count).fill(1) },
    }),
    "memory_in.timestamp": { shape: [1, kept, 1], data: new Float32Array(kept).fill(seconds) },
    "memory_in.egopose": { shape: [1, kept, 4, 4], data: repeated(motion, kept) },
  };
}

/** The queries that a key frame keeps, as the original keeps them: in the world. */
function worldMemory(
  arrays: Readonly<Record<string, HostArray>>,
  { worldFromFrame: m, seconds }: Moment,
): Record<string, HostArray> {
  const { shape, data } = arrays["memory_out.points"]!;
  const kept = data.length / 3;
  const points = Float32Array.from({ length: data.length }, (_, i) => {
    const [point, axis] = [3 * Math.floor(i / 3), i % 3];
    const at = (k: number) => m[4 * axis + k]! * data[point + k]!;
    return at(0) + at(1) + at(2) + m[4 * axis + 3]!;
  });
  return {
    "memory_out.reference_point": { shape, data: points },
    "memory_out.timestamp": { shape: [1, kept, 1], data: new Float32Array(kept).fill(-seconds) },
    "memory_out.egopose": { shape: [1, kept, 4, 4], data: repeated(m, kept) },
  };
}

function repeated(values: ArrayLike<number>, times: number): Float32Array {
  return Float32Array.from(
    { length: times * values.length },
    (_, i) => values[i % values.length]!,
  );
}

function zeros(...shape: number[]): HostArray {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) };
}
