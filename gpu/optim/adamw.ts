import { Kernel } from "../kernel.ts";
import type { Parameter } from "../parameter.ts";
import type { Tensor } from "../tensor.ts";
import { asWords } from "../ops/array/words.ts";
import { inElements, inRows } from "../binding/rows.ts";
import source from "./adamw.wgsl" with { type: "text" };
import columnsSource from "./adamw_columns.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/optim/adamw.wgsl", source, { padded: true });
const columnsKernel = new Kernel("gpu/optim/adamw_columns.wgsl", columnsSource);

/** What of a parameter a step needs. */
export type SteppedParameter = Pick<
  Parameter,
  "gpu" | "value" | "gradient" | "trainable" | "ensureMoments"
>;

/** Parameters that are trained alike. */
export interface ParameterGroup {
  /** Those that are trained alike. */
  readonly parameters: readonly SteppedParameter[];
  /** Learning rate of this step. */
  readonly rate: number;
  /** Decoupled: each step multiplies the value by 1 - rate * weightDecay. */
  readonly weightDecay?: number;
  /**
   * Values of each row that have ever had a gradient, from the first on; the others do not move then
   * and are passed over. All of them unless given; not with a decay.
   */
  readonly columns?: number;
}

/** What the steps of one run share. */
export interface AdamWOptions {
  /** Steps from 1 on; the moments' bias is corrected by it. */
  readonly step: number;
  /** Decay of the first and second moment, 0.9 and 0.999 unless given. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, 1e-8 unless given. */
  readonly eps?: number;
  /** f32 [1]: gradients are multiplied by it, as left by `clipNorm`. */
  readonly factor?: Tensor;
  /** u32 [1]: how many gradients are NaN or infinite; nothing changes unless it is 0. */
  readonly broken?: Tensor;
}

/**
 * One step of AdamW on every trainable parameter of the groups, in PyTorch's order: decay, then the
 * bias-corrected step. A step that `broken` holds back counts as taken.
 */
export function adamw(groups: readonly ParameterGroup[], options: AdamWOptions): void {
  const { step } = options;
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(
      `Cannot run adamw: the step is ${step}, whole numbers from 1 are possible`,
    );
  }
  for (const { parameters, ...group } of groups) {
    for (const parameter of parameters) {
      if (parameter.trainable) update(parameter, group, options);
    }
  }
}

function update(
  parameter: SteppedParameter,
  { rate, weightDecay = 0, columns }: Omit<ParameterGroup, "parameters">,
  { step, betas = [0.9, 0.999], eps = 1e-8, factor, broken }: AdamWOptions,
): void {
  const { gpu, value, gradient } = parameter;
  if (!gradient || !value.size) return;
  const [first, second] = parameter.ensureMoments();
  const [beta1, beta2] = betas;
  const uniforms = {
    decay: 1 - rate * weightDecay,
    rate: rate / (1 - beta1 ** step),
    correction: 1 / Math.sqrt(1 - beta2 ** step),
    eps,
    beta1,
    beta2,
    one_minus_beta1: 1 - beta1,
    one_minus_beta2: 1 - beta2,
  };
  const constants = { scaled: Number(factor !== undefined), guarded: Number(broken !== undefined) };
  const width = value.size / value.rows;
  if (columns !== undefined && columns < width && !weightDecay) {
    const { decay: _, ...rest } = uniforms;
    inRows(value.rows, { value, gradient, first, second }, (pieces, rows) => {
      const count = rows * columns;
      const words = broken ?? asWords("adamw", pieces.gradient);
      columnsKernel.dispatch(
        gpu,
        { ...pieces, factor: factor ?? pieces.gradient, broken: words },
        { count, ...rest },
        { threads: count },
        { ...constants, WIDTH: width, COLUMNS: columns },
      );
      if (!broken) words.release();
    });
    return;
  }
  inElements({ value, gradient, first, second }, (pieces, count) => {
    // A binding that this pipeline does not use needs a tensor of its type all the same.
    const words = broken ?? asWords("adamw", pieces.gradient);
    kernel.dispatch(
      gpu,
      { ...pieces, factor: factor ?? pieces.gradient, broken: words },
      { count, ...uniforms },
      { threads: Math.ceil(count / 4) },
      constants,
    );
    if (!broken) words.release();
  });
}
