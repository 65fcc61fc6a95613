import { maskOf } from "../../../data/occupancy/coarsen.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { backward, noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { Initializer } from "../../init.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { anchorCriterion, type Targets } from "../training/losses.ts";
import { type Arrays, type HostArray, upload } from "../../operators/operator.ts";
import { teller } from "../evaluation/teller.ts";
import type { AnchorNetwork } from "../network/anchor_network.ts";
import type { CameraBatch } from "../network/occupancy_network.ts";
import { workOf } from "../network/work.ts";
import { DERIVED_KEYS } from "../weights/derived_keys.ts";
import { forwardPasses, type ModelInputs, type RunOptions, type RunResult } from "./run_options.ts";
import { gradientArrays } from "./gradient_arrays.ts";
import { parameterGroups } from "../training/parameter_groups.ts";
import type { Tell } from "../network/progress.ts";
import { noTrace, type Trace } from "../network/trace.ts";
import { TracedArrays } from "./traced_arrays.ts";

/**
 * Runs a whole model on given weights and inputs and returns every intermediate by name, gradients by
 * key and the losses of training steps. All batch norms use running statistics; it is otherwise in
 * training mode.
 */
export async function runAnchorArrays(
  gpu: Gpu,
  { config, weights, inputs, make }: ModelInputs<AnchorModelConfig> & {
    /** Makes the network as it is to run. */
    readonly make: (init: Initializer) => AnchorNetwork;
  },
  options: RunOptions = {},
): Promise<RunResult> {
  const { gradients = false, steps = 0, rate = 1, onStep, onPart } = options;
  using _run = gpu.scope();
  const model = make(new Initializer(gpu, 0));
  const criterion = anchorCriterion(gpu, config);
  try {
    model.load(weights, { ignore: DERIVED_KEYS });
    const batch = uploadInputs(gpu, inputs, config);
    const tell = onPart &&
      teller(gpu, workOf(config), { cameras: batch.projection.rows, done: 0, onPart });
    const lossOf = (trace: Trace, tell?: Tell) => {
      const occupancy = model.forward(batch, trace, tell);
      return { loss: criterion.loss(occupancy, batch, { trace }), occupancy };
    };

    using traced = new TracedArrays(config);
    const { loss: first, occupancy } = lossOf(traced.note, tell);
    const outputs = await traced.read(occupancy.supervised);
    const predicted = noGradient(gpu, () => model.classes(occupancy));
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
    criterion.release();
  }
}

function uploadInputs(
  gpu: Gpu,
  inputs: Arrays,
  { task }: AnchorModelConfig,
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
  model: AnchorNetwork,
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
