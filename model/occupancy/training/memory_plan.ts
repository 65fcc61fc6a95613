import { samplesAhead } from "../../../data/batches.ts";
import { type Sample, sampleBytes } from "../../../data/occupancy/sample.ts";
import { blocksOf } from "../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { bindingWhole, mostBound } from "../../../gpu/binding/limit.ts";
import { Gpu, type GpuLike } from "../../../gpu/device.ts";
import { TooLargeError } from "../../../gpu/too_large.ts";
import { evaluating } from "../../module.ts";
import { ShapesOnly } from "../../init.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import { accumulateGradients } from "./gradients.ts";
import { Optimizer } from "./optimizer.ts";
import { pipelineOf, uploadSample } from "./sample_batch.ts";
import { modelOf } from "../table.ts";
import { SceneMemory } from "../stream/memory.ts";
import { makeStagedModel, type Stage, type StagedModel } from "./staged_model.ts";

/** What training will need; bytes throughout. */
export interface MemoryPlan {
  /** Numbers in all parameters, not bytes. */
  readonly parameters: number;
  /** Numbers in those that are trained, not bytes. */
  readonly trained: number;
  /** Bytes of weights. */
  readonly weights: number;
  /** Bytes of moments. */
  readonly moments: number;
  /** Bytes of gradients. */
  readonly gradients: number;
  /** What each part of the forward pass keeps for the way back, pictures and labels first. */
  readonly kept: readonly { readonly part: string; readonly bytes: number }[];
  /** What comes on top of that at the highest point, and where this is. */
  readonly transient: number;
  /** When most memory is in use. */
  readonly highest: "forward" | "backward" | "step" | "evaluation";
  /** GPU memory in tensors at the highest point. */
  readonly peak: number;
  /** GPU memory that the pool holds by then: what the adapter must have. */
  readonly reserved: number;
  /** The largest tensor. */
  readonly largest: number;
  /** What the adapter allows in one buffer. */
  readonly bufferLimit: number;
  /** What the adapter binds at once. */
  readonly bindingLimit: number;
  /** Whether the backbone's blocks run twice instead of being kept ("backbone.recompute", "encoder.recompute"). */
  readonly recompute: boolean;
  /** `reserved` with the other choice; null where there is none. */
  readonly otherwise: number | null;
  /** The blocks that each Gaussian is noted in, one bit each; there is no list of pairs. */
  readonly aggregation: {
    readonly blocks: number;
    readonly gaussians: number;
    readonly bytes: number;
  };
  /** Host memory of the loader: key frames ahead, and bytes of each. */
  readonly loader: { readonly ahead: number; readonly sample: number; readonly budget: number };
}

/** What is planned beside the settings. */
export interface PlanOptions {
  /** What is trained. */
  readonly stage?: Stage | undefined;
  /** Key frames whose gradients make one step. */
  readonly accumulation?: number | undefined;
  /** Whether evaluations come between steps. */
  readonly evaluates?: boolean | undefined;
  /** Loader threads. */
  readonly workers?: number | undefined;
}

/** Steps after which the pool has seen all it will. */
const STEPS = 3;

/**
 * Plans the memory of a training run by running its steps on a GPU that computes nothing: the same
 * code asks for the same tensors in the same order, so the figures are those of the real pool.
 * Throws what the real run would, as where a tensor is too large for the adapter.
 */
export async function planMemory(
  like: GpuLike,
  config: ModelConfig,
  options: PlanOptions = {},
): Promise<MemoryPlan> {
  const plan = await rehearse(like, config, options).catch((cause) => {
    if (!(cause instanceof TooLargeError)) throw cause;
    throw Object.assign(
      new RangeError(
        `Cannot train with these settings on "${like.name.description}": a tensor is too large for it`,
        { cause },
      ),
      { hint: "image.width, image.height and gaussians.count make tensors smaller, by --set" },
    );
  });
  let otherwise: number | null = null;
  try {
    otherwise =
      (await rehearse(like, modelOf(config).recomputing(config, !plan.recompute), options))
        .reserved;
  } catch {
    // The alternative does not fit this adapter.
  }
  return { ...plan, otherwise };
}

// What GPUs that models of this size are trained on bind at once, and hold in a buffer.
const LARGE = 2 ** 31 - 4;

/**
 * Plans for this adapter, or where a tensor is too large for it, for one that binds 2 GiB at once; `refusal`
 * is then why this one is not enough.
 */
export async function planAnywhere(
  like: GpuLike,
  config: ModelConfig,
  options: PlanOptions = {},
): Promise<{ readonly plan: MemoryPlan; readonly refusal: Error | null }> {
  try {
    return { plan: await planMemory(like, config, options), refusal: null };
  } catch (error) {
    if (!(error instanceof RangeError && error.cause instanceof TooLargeError)) throw error;
    const { name, has } = like;
    const large = { name, has, limits: bindingWhole(like, LARGE) };
    return { plan: await planMemory(large, config, options), refusal: error };
  }
}

async function rehearse(
  like: GpuLike,
  config: ModelConfig,
  { stage = "model", accumulation = 1, evaluates = false, workers = 1 }: PlanOptions,
): Promise<MemoryPlan> {
  const gpu = Gpu.dry(like);
  const { memory } = gpu.pool;
  const trainee = makeStagedModel(new ShapesOnly(gpu), config, stage);
  const weights = memory.inUse;
  const trained = trainee.module.trainableParameters();
  const optimizer = new Optimizer(trained, config.optim, accumulation);
  const sample = blankSample(config);
  const clips = stage === "model" && (modelOf(config).stream?.(config)?.clip ?? null) !== null;
  using scene = new SceneMemory();
  let watch: PartWatch | null = null;
  const peaks = { forward: 0, backward: 0, step: 0, evaluation: 0 };
  const take = (phase: keyof typeof peaks) => {
    peaks[phase] = Math.max(peaks[phase], memory.peak);
    memory.peak = memory.inUse;
  };
  let moments = 0;
  for (let step = 1; step <= STEPS; step++) {
    const { loss } = await accumulateGradients(gpu, trainee, {
      config,
      accumulation,
      next: () => {
        watch = new PartWatch(gpu);
        return Promise.resolve({ ...sample, moment: { ...sample.moment, seconds: step } });
      },
      memory: clips ? scene : null,
      trace: (name) => {
        watch!.look(name);
        if (name === "loss.total") take("forward");
      },
    });
    take("backward");
    const norm = optimizer.step(step);
    for (const tensor of [loss, ...Object.values(norm)]) tensor.release();
    take("step");
    if (step === 1) moments = memory.inUse - weights;
  }
  if (evaluates) await evaluateOnce(gpu, trainee, config, sample);
  take("evaluation");
  const [highest, peak] = (Object.entries(peaks) as [keyof typeof peaks, number][])
    .reduce((most, entry) => entry[1] > most[1] ? entry : most);
  const sizes = trained.map(([, { value }]) => value.size);
  const gradients = 4 * sizes.reduce((sum, size) => sum + size, 0);
  const kept = watch!.parts();
  const base = weights + moments + kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const blocks = blocksOf({
    size: gridDims(config.occupancy),
    origin: [0, 0, 0],
    cell: config.occupancy.voxel,
  }).reduce((product, count) => product * count, 1);
  const { count } = config.gaussians;
  const pipeline = pipelineOf(config);
  return {
    parameters: [...trainee.module.namedParameters()]
      .reduce((sum, [, { value }]) => sum + value.size, 0),
    trained: gradients / 4,
    weights,
    moments,
    gradients,
    kept,
    transient: peak - base,
    highest,
    peak,
    reserved: memory.reserved,
    largest: gpu.pool.largest,
    bufferLimit: gpu.limits.maxBufferSize,
    bindingLimit: mostBound(gpu),
    recompute: config.backbone.recompute,
    otherwise: null,
    aggregation: { blocks, gaussians: count, bytes: 4 * blocks * Math.ceil(count / 32) },
    loader: {
      ahead: samplesAhead(pipeline, { workers }),
      sample: sampleBytes(pipeline),
      budget: samplesAhead(pipeline, { workers }) * sampleBytes(pipeline),
    },
  };
}

async function evaluateOnce(
  gpu: Gpu,
  { model, module, loss }: StagedModel,
  config: ModelConfig,
  sample: Sample,
): Promise<void> {
  await evaluating(module, gpu, () => {
    using _step = gpu.scope();
    const batch = uploadSample(gpu, sample, config);
    if (model) model.classes(model.forward(batch));
    else loss(batch, 1);
    return Promise.resolve();
  });
}

/** Follows by the names of intermediate results how much each part of a forward pass keeps. */
class PartWatch {
  readonly #kept = new Map<string, number>();
  #last: number;

  constructor(private readonly gpu: Gpu) {
    this.#last = gpu.memory.inUse;
  }

  look(name: string): void {
    const part = partOf(name);
    const { inUse } = this.gpu.memory;
    this.#kept.set(part, (this.#kept.get(part) ?? 0) + inUse - this.#last);
    this.#last = inUse;
  }

  parts(): { part: string; bytes: number }[] {
    return [...this.#kept].map(([part, bytes]) => ({ part, bytes }));
  }
}

const PARTS: Readonly<Record<string, string>> = {
  pictures: "pictures and labels",
  backbone: "backbone",
  fpn: "neck",
  lifter: "lifter",
  head: "head",
  pred_occ: "head",
  loss: "loss",
};

function partOf(name: string): string {
  return PARTS[name.split(".", 1)[0]!] ?? "encoder";
}

/** A key frame of the right sizes with nothing in it. */
function blankSample(config: ModelConfig): Sample {
  const { width, height, photometric } = config.image;
  const cameras = config.task.cameras.length;
  const dims = gridDims(config.occupancy);
  const voxels = dims.reduce((product, count) => product * count, 1);
  return {
    token: "",
    moment: {
      scene: "",
      seconds: 0,
      worldFromFrame: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    },
    task: config.task,
    images: new Uint8Array(cameras * width * height * 3),
    projection: new Float32Array(cameras * 16),
    imageWh: new Float32Array(cameras * 2),
    photometric: photometric ? new Float32Array(cameras * 8) : null,
    dims,
    labels: new Uint8Array(voxels),
    mask: new Uint8Array(voxels),
  } as unknown as Sample;
}
