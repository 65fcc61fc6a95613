import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { backward, backwardAll, noGradient, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { Initializer } from "../../../model/init.ts";
import type { Module } from "../../../model/module.ts";
import type { GaussianFormerConfig } from "../../../model/occupancy/gaussianformer/config/config.ts";
import { GaussianFormer } from "../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { classWeightsOf, modelLoss } from "../../../model/occupancy/training/losses.ts";
import type { Case, Work } from "../../case.ts";
import { filled } from "../../filled.ts";
import { configOfSize, extentsOf, type ModelSize, sizes, small, tiny } from "./model_size.ts";
import { rig, STAGES } from "./stage.ts";

const stages = Object.entries(STAGES).filter(([name]) => name !== "sampled start");

/** A training step, forward and backward: stage by stage, the optimizer, and whole. */
export const cases: readonly Case<ModelSize>[] = [
  ...stages.map(([name, make]) => ({
    name,
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: ModelSize): Work {
      const { module, inputs, run } = make(gpu, configOfSize(size))!;
      inputs.forEach(variable);
      const upstream = noGradient(gpu, () => gpu.tidy(run).map(({ shape }) => shape))
        .map((shape) => filled(gpu, shape));
      return onModule(module, () => {
        using _scope = gpu.scope();
        backwardAll(run(), upstream);
        for (const input of inputs) input.gradient = null;
        clearGradients(module);
      });
    },
  })),
  {
    name: "loss",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: ModelSize): Work {
      const config = configOfSize(size);
      const targets = targetsOf(gpu, config);
      const classWeights = classWeightsOf(gpu, config);
      const scores = variable(filled(gpu, [18, targets.labels.size], 0.01, 0.99));
      return () => {
        using _scope = gpu.scope();
        const predicted = { predictions: [scores], pixels: null };
        backward(modelLoss(predicted, targets, config, { classWeights }));
        scores.gradient = null;
      };
    },
  },
  {
    name: "optimizer",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: ModelSize): Work {
      const model = new GaussianFormer(new Initializer(gpu, 1), configOfSize(size));
      return onModule(model, () => {
        using _scope = gpu.scope();
        update(model);
      });
    },
  },
  {
    name: "whole",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: ModelSize): Work {
      const config = configOfSize(size);
      const model = new GaussianFormer(new Initializer(gpu, 1), config);
      const { cameras, width, height } = extentsOf(config);
      const images = filled(gpu, [cameras, 3, height, width], -2, 2);
      const batch = { images, ...rig(gpu, config), ...targetsOf(gpu, config) };
      const classWeights = classWeightsOf(gpu, config);
      return onModule(model, () => {
        using _scope = gpu.scope();
        backward(modelLoss(model.forward(batch), batch, config, { classWeights }));
        update(model);
        clearGradients(model);
      });
    },
  },
];

/** Clips and steps; at a rate of next to nothing, so that every run finds the same Gaussians. */
function update(model: Module): void {
  const parameters = model.trainableParameters().map(([, parameter]) => parameter);
  const { factor, brokenTotal } = clipNorm(parameters.map(({ gradient }) => gradient!), 35);
  const groups = [{ parameters, rate: 1e-12, weightDecay: 0.01 }];
  adamw(groups, { step: 1, factor, broken: brokenTotal });
}

function clearGradients(module: Module): void {
  for (const [, parameter] of module.trainableParameters()) parameter.zeroGradient();
}

/** Labels as the data has them: nine of ten voxels are empty, few are noise. */
function targetsOf(gpu: Gpu, config: GaussianFormerConfig) {
  const { voxels } = extentsOf(config);
  const labels = Uint32Array.from({ length: voxels }, (_, i) => i % 10 ? 17 : i / 10 % 17);
  return {
    labels: Tensor.from(gpu, labels),
    mask: Tensor.from(gpu, labels.map((label) => Number(label !== 0))),
  };
}

function onModule(module: Module, body: () => void): Work {
  return Object.assign(body, { [Symbol.dispose]: () => module.release() });
}
