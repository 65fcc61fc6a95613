import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import type { Work } from "../../case.ts";

interface Size {
  parameters: number;
  values: number;
}

// About the shape of a model: 600 parameters, ten million values.
const sizes: Size[] = [{ parameters: 600, values: 16384 }];
const tiny: Size = { parameters: 2, values: 5 };

/** Work on parameters, which no scope releases. */
function onParameters(
  gpu: Gpu,
  { parameters, values }: Size,
  body: (made: readonly Parameter[]) => void,
): Work {
  const made = Array.from({ length: parameters }, () => new Parameter(gpu, [values]));
  return Object.assign(() => body(made), {
    [Symbol.dispose]: () => made.forEach((parameter) => parameter.release()),
  });
}

/** The optimizer's share of a training step. */
export const cases = [
  {
    name: "adamw",
    sizes,
    tiny,
    run: (gpu: Gpu, size: Size): Work =>
      onParameters(gpu, size, (parameters) => {
        adamw([{ parameters, rate: 1e-4, weightDecay: 0.01 }], { step: 1 });
      }),
    bytes: ({ parameters, values }: Size): number => 7 * 4 * parameters * values,
  },
  {
    name: "clip_norm",
    sizes,
    tiny,
    run: (gpu: Gpu, size: Size): Work =>
      onParameters(gpu, size, (parameters) => {
        using _scope = gpu.scope();
        clipNorm(parameters.map(({ gradient }) => gradient!), 35);
      }),
    bytes: ({ parameters, values }: Size): number => 4 * parameters * values,
  },
];
