import type { Gpu } from "../../../../gpu/device.ts";
import { Parameter } from "../../../../gpu/parameter.ts";
import type { Schedule } from "../../../../gpu/optim/schedules.ts";

/** softplus of these plus 0.3 or 0.1 is 1: toe and shoulder, gamma; a centre of 0 is a half. */
const RAW_ONE = Math.log(Math.exp(0.7) - 1);
const RAW_GAMMA = Math.log(Math.exp(0.9) - 1);

/** The trained tables of PPISP. */
export interface PpispParameters {
  /** [frames] */
  readonly exposure: Parameter;
  /** [cameras, 3, 5] */
  readonly vignetting: Parameter;
  /** [frames, 8] */
  readonly colour: Parameter;
  /** [cameras, 3, 4] */
  readonly response: Parameter;
}

/** Tables that leave colours in [0, 1] as they are: where training starts. */
export function identityPpisp(gpu: Gpu, frames: number, cameras: number): PpispParameters {
  const response = Float32Array.from(
    { length: 12 * cameras },
    (_, i) => [RAW_ONE, RAW_ONE, RAW_GAMMA, 0][i % 4]!,
  );
  return {
    exposure: new Parameter(gpu, [frames]),
    vignetting: new Parameter(gpu, [cameras, 3, 5]),
    colour: new Parameter(gpu, [frames, 8]),
    response: new Parameter(gpu, [cameras, 3, 4], response),
  };
}

/**
 * The learning rate of PPISP's tables: from a hundredth up to `rate` in `warmup` steps, then down by a
 * factor of 100 in `length` more. The length is 30 000 in the authors' trainer whatever the training's.
 */
export function ppispRate(
  { rate = 0.002, warmup = 500, length = 30_000 }: {
    readonly rate?: number;
    readonly warmup?: number;
    readonly length?: number;
  } = {},
): Schedule {
  return (step) =>
    rate *
    (step < warmup ? 0.01 + 0.99 * step / warmup : 0.01 ** ((step - warmup) / length));
}
