import type { Snippet } from "../../kernel.ts";
import { Kernel } from "../../kernel.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { inWindows } from "../../windows.ts";
import activationSource from "../../wgsl/activation.wgsl" with { type: "text" };
import forwardSource from "./activate.wgsl" with { type: "text" };
import backwardSource from "./activate_backward.wgsl" with { type: "text" };

/** Activation functions that operators can apply to what they store; gelu is the exact one. */
export type Activation = "none" | "relu" | "gelu" | "sigmoid" | "tanh";

/** Codes of the activations in `activation.wgsl`. */
export const ACTIVATION_CODE: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  gelu: 2,
  sigmoid: 3,
  tanh: 4,
};

/** `activate(kind, z)` and `activation_slope(kind, z, y)`. */
export const activationSnippet: Snippet = {
  path: "gpu/wgsl/activation.wgsl",
  source: activationSource,
};

const forward = new Kernel("gpu/ops/nn/activate.wgsl", forwardSource, {
  include: [activationSnippet],
});
const backward = new Kernel("gpu/ops/nn/activate_backward.wgsl", backwardSource, {
  include: [activationSnippet],
});

/** Applies an activation to every element. */
export function activate(z: Tensor, kind: Activation): Tensor {
  const y = Tensor.empty(z.gpu, z.shape);
  inWindows([z, y], ([z, y]) => {
    forward.dispatch(z!.gpu, { z: z!, y: y! }, { count: z!.size }, { threads: z!.size }, {
      KIND: ACTIVATION_CODE[kind],
    });
  });
  return record(
    "activate",
    [z],
    y,
    (dy) => [activationGradient(dy, { z: kind === "gelu" ? z : y, y }, kind)],
  );
}

/** dz = dy * slope; `z` is looked at for gelu, `y` for the others. */
export function activationGradient(
  dy: Tensor,
  { z, y }: { z: Tensor; y: Tensor },
  kind: Activation,
): Tensor {
  const known = kind === "gelu" ? z : y;
  const dz = Tensor.empty(dy.gpu, dy.shape);
  inWindows([dy, known, dz], ([dy, known, dz]) => {
    backward.dispatch(
      dz!.gpu,
      { dy: dy!, known: known!, dz: dz! },
      { count: dz!.size },
      { threads: dz!.size },
      { KIND: ACTIVATION_CODE[kind] },
    );
  });
  return dz;
}
