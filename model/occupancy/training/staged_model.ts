import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import type { Module } from "../../module.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { Occupancy, OccupancyNetwork } from "../network/occupancy_network.ts";
import type { Trace } from "../network/trace.ts";
import { modelOf } from "../table.ts";
import { renderedLoss } from "./rendered_voxels.ts";
import type { LabelledBatch } from "./sample_batch.ts";

/** What is trained: the whole model, or what goes before it, as the depth network of GaussianFormer-2's lifter. */
export type Stage = "model" | "initializer";

/** Is told what a key frame leaves to the next one of its scene. */
export type Keep = (memory: Occupancy["memory"]) => void;

/** What a stage trains, and how its loss is computed. */
export interface StagedModel {
  /** Its parameters are trained and saved. */
  readonly module: Module;
  /** The whole model, where it is what is trained. */
  readonly model: OccupancyNetwork | null;
  /** The loss of a key frame times `scale`; `keep` is told what it leaves to the next one. */
  loss(
    batch: LabelledBatch,
    scale: number,
    trace?: Trace,
    keep?: Keep,
  ): Tensor | Promise<Tensor>;
  /** Gives all memory back. */
  release(): void;
}

/** Makes what a stage trains, with its initial weights. */
export function makeStagedModel(
  init: Initializer,
  config: ModelConfig,
  stage: Stage,
): StagedModel {
  const { name, ...kind } = modelOf(config);
  if (stage === "initializer") {
    if (!kind.pretraining) {
      throw new RangeError(`Cannot train an initializer: the model "${name}" has none`);
    }
    const module = kind.pretraining(init, config);
    return {
      module,
      model: null,
      loss: (batch, scale, trace) => module.loss(batch, scale, trace),
      release: () => module.release(),
    };
  }
  const model = kind.network(init, config);
  const criterion = kind.criterion(init.gpu, config);
  return {
    module: model,
    model,
    loss: (batch, scale, trace, keep) => {
      const occupancy = model.forward(batch, trace);
      keep?.(occupancy.memory);
      const loss = criterion.loss(occupancy, batch, { scale, ...(trace ? { trace } : {}) });
      return config.loss.render ? withRendered(loss, { model, occupancy, batch, scale }) : loss;
    },
    release: () => {
      model.release();
      criterion.release();
    },
  };
}

/** A loss and that of voxels drawn, which waits for the GPU to count what its pictures show. */
async function withRendered(
  loss: Tensor,
  { model, occupancy, batch, scale }: {
    readonly model: OccupancyNetwork;
    readonly occupancy: Occupancy;
    readonly batch: LabelledBatch;
    readonly scale: number;
  },
): Promise<Tensor> {
  return add(loss, await renderedLoss(model, occupancy, batch, scale));
}
