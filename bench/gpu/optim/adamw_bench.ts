import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { Parameter } from "../../../gpu/parameter.ts";

interface Size {
  parameters: number;
  values: number;
}

// About the shape of a model: 600 parameters, a few million values.
const sizes: Size[] = [{ parameters: 600, values: 16384 }];

const make = (gpu: Gpu, { parameters, values }: Size) =>
  Array.from({ length: parameters }, () => new Parameter(gpu, [values]));

/** The optimizer's share of a training step. */
export const cases = [
  {
    name: "adamw",
    sizes,
    run(gpu: Gpu, size: Size): () => void {
      const groups = [{ parameters: make(gpu, size), rate: 1e-4, weightDecay: 0.01 }];
      return () => adamw(groups, { step: 1 });
    },
    bytes: ({ parameters, values }: Size): number => 7 * 4 * parameters * values,
  },
  {
    name: "clip_norm",
    sizes,
    run(gpu: Gpu, size: Size): () => void {
      const gradients = make(gpu, size).map((p) => p.gradient!);
      return () => {
        using _scope = gpu.scope();
        clipNorm(gradients, 35);
      };
    },
    bytes: ({ parameters, values }: Size): number => 4 * parameters * values,
  },
];
