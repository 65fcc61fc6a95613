import { maskOf } from "../../../data/occupancy/coarsen.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { backward, noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { Initializer } from "../../init.ts";
import type { NamedArray } from "../../module.ts";
import { type Arrays, type HostArray, upload } from "../../operators/operator.ts";
import type { GaussianFormerConfig } from "../gaussianformer/config/config.ts";
import { gradientArrays } from "./gradient_arrays.ts";
import { classWeightsOf, modelLoss, type Targets, voxelWeightsOf } from "../training/losses.ts";
import { parameterGroups } from "../training/parameter_groups.ts";
import { type EvaluationPart, teller } from "../evaluation/evaluation.ts";
import { classesOf } from "../network/classes.ts";
import { type CameraBatch, GaussianFormer } from "../gaussianformer/network/model.ts";
import { SampledLifter } from "../gaussianformer/network/sampled_lifter.ts";
import type { Tell } from "../network/progress.ts";
import { noTrace, type Trace } from "../network/trace.ts";
import { TracedArrays } from "./traced_arrays.ts";
import { DERIVED_KEYS, fromUpstream } from "../weights/upstream_names.ts";

/** What to run besides the forward pass. */
export interface RunOptions {
  /** Walk back too. */
  readonly gradients?: boolean;
  /** AdamW steps on these inputs, at a constant rate. */
  readonly steps?: number;
  /** Factor of the learning rates. */
  readonly rate?: number;
  /** Told after each of them. */
  readonly onStep?: ((done: number) => void) | undefined;
  /** Told how many of `forwardPasses` are done: within a pass on software adapters, and between them. */
  readonly onPart?: ((part: EvaluationPart) => void) | undefined;
}

/** How long the first pass over a key frame is, in forward passes: walking back costs about two. */
export function forwardPasses({ gradients = false, steps = 0 }: RunOptions): number {
  return gradients || steps > 0 ? 3 : 1;
}

/** What a model made of arrays. */
export interface RunResult {
  /** Intermediates and results by name. */
  readonly outputs: Record<string, HostArray>;
  /** Gradients of all parameters by name. */
  readonly gradients: Record<string, HostArray>;
  /** Before each step and after the last one. */
  readonly losses: readonly number[];
  /** Before clipping. */
  readonly gradientNorms: readonly number[];
}

/**
 * Runs a whole model on given weights and inputs and returns every intermediate by name, gradients by
 * key and the losses of training steps. All batch norms use running statistics; it is otherwise in
 * training mode.
 */
export async function runArrays(
  gpu: Gpu,
  config: GaussianFormerConfig,
  { weights, inputs }: { weights: Readonly<Record<string, NamedArray>>; inputs: Arrays },
  options: RunOptions = {},
): Promise<RunResult> {
  const { gradients = false, steps = 0, rate = 1, onStep, onPart } = options;
  using _run = gpu.scope();
  const model = new GaussianFormer(new Initializer(gpu, 0), config);
  try {
    model.load(fromUpstream(weights).weights, { ignore: DERIVED_KEYS });
    model.train();
    if (model.lifter instanceof SampledLifter) model.lifter.initializeBackbone.train(false);
    const batch = uploadInputs(gpu, inputs, config);
    const classWeights = classWeightsOf(gpu, config);
    const voxelWeights = voxelWeightsOf(gpu, config);
    const tell = onPart &&
      teller(gpu, model, { cameras: batch.projection.rows, done: 0, onPart });
    const lossOf = (trace: Trace, tell?: Tell) => {
      const occupancy = model.forward(batch, trace, tell);
      const loss = modelLoss(occupancy, batch, config, { classWeights, voxelWeights, trace });
      return { loss, occupancy };
    };

    using traced = new TracedArrays(config);
    const { loss: first, occupancy } = lossOf(traced.note, tell);
    const outputs = await traced.read(occupancy.supervised);
    const { probabilities: scores, occupied } = occupancy;
    const predicted = noGradient(gpu, () => classesOf({ scores, occupied }, config));
    outputs.final_occ = {
      shape: [1, predicted.size],
      data: Int32Array.from(await predicted.read("u32")),
    };
    const all = forwardPasses(options);
    onPart?.({ done: 1, label: all > 1 ? "way back" : "results" });
    if (all === 1) return { outputs, gradients: {}, losses: [], gradientNorms: [] };

    backward(first);
    const byKey = gradients ? await gradientArrays(model) : {};
    await gpu.settle();
    onPart?.({ done: all, label: "results" });
    const training = await train(gpu, model, steps, rate, {
      first: outputs["loss.total"]!,
      lossOf,
      onStep,
    });
    return { outputs, gradients: byKey, ...training };
  } finally {
    model.release();
  }
}

function uploadInputs(
  gpu: Gpu,
  inputs: Arrays,
  { task }: GaussianFormerConfig,
): CameraBatch & Targets & { labels: Tensor } {
  for (const key of ["img", "projection_mat", "image_wh", "occ_label"]) {
    if (!inputs[key]) {
      throw new TypeError(
        `Cannot run the model: the inputs have no "${key}", they have ${
          Object.keys(inputs).join(", ")
        }`,
      );
    }
  }
  const unbatched = (key: string, dtype?: "u32") => {
    const { shape, data } = inputs[key]!;
    if (shape[0] !== 1) {
      throw new RangeError(
        `Cannot run the model: "${key}" is [${shape}], the first axis must be 1, a single key frame`,
      );
    }
    return upload(gpu, { shape: shape.slice(1), data }, dtype);
  };
  const labels = unbatched("occ_label", "u32");
  const mask = inputs.occ_cam_mask
    ? unbatched("occ_cam_mask", "u32")
    : Tensor.from(gpu, Uint32Array.from(maskOf(inputs.occ_label!.data, task)));
  const uniforms = inputs.r && upload(gpu, inputs.r);
  return {
    images: unbatched("img"),
    projection: unbatched("projection_mat"),
    imageSize: unbatched("image_wh"),
    labels: labels.alias([labels.size]),
    mask: mask.alias([mask.size]),
    uniforms: uniforms && uniforms.alias([uniforms.size, 1]),
  };
}

/** Steps from the gradients that are there already. */
async function train(
  gpu: Gpu,
  model: GaussianFormer,
  steps: number,
  factor: number,
  { first, lossOf, onStep }: {
    first: HostArray;
    lossOf: (trace: Trace) => { loss: Tensor };
    onStep: RunOptions["onStep"];
  },
): Promise<Pick<RunResult, "losses" | "gradientNorms">> {
  const { lr, betas, eps, clipNorm: largest } = model.config.optim;
  const trained = model.trainableParameters();
  const groups = parameterGroups(trained, model.config.optim)
    .map((group) => ({ ...group, rate: lr * group.lr * factor }));
  const losses = [first.data[0]!];
  const gradientNorms: number[] = [];
  for (let step = 1; step <= steps; step++) {
    using _step = gpu.scope();
    const norm = clipNorm(trained.map(([, { gradient }]) => gradient!), largest);
    adamw(groups, { step, betas, eps, factor: norm.factor });
    for (const [, parameter] of trained) parameter.zeroGradient();
    const { loss } = lossOf(noTrace);
    loss.retain();
    losses.push((await loss.read("f32"))[0]!);
    gradientNorms.push((await norm.norm.read("f32"))[0]!);
    onStep?.(step);
    if (step < steps) backward(loss);
  }
  return { losses, gradientNorms };
}
