import { adamw } from "../../../gpu/optim/adamw.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { BatchScaling } from "../training/batch/batch_scaling.ts";

/** A step of Adam on what is learned of how pictures look, scaled by the views of a step; its gradients go. */
export function stepAppearance(
  parameters: readonly Parameter[],
  { rate, step, eps, scaling, broken }: {
    readonly rate: number;
    /** From 1. */
    readonly step: number;
    readonly eps: number;
    readonly scaling: BatchScaling;
    /** u32 [1]: nothing changes unless it is 0. */
    readonly broken: Tensor;
  },
): void {
  adamw([{ parameters, rate: scaling.rate * rate }], {
    step,
    betas: scaling.betas,
    eps: scaling.eps * eps,
    broken,
  });
  for (const parameter of parameters) parameter.zeroGradient();
}
