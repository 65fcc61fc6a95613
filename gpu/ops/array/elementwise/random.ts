import { inElements } from "../../../binding/rows.ts";
import type { Gpu } from "../../../device.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../../wgsl/philox.ts";
import { sinCosSnippet } from "../../../wgsl/sin_cos.ts";
import source from "./random.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/elementwise/random.wgsl", source, {
  include: [philoxSnippet, sinCosSnippet],
  padded: true,
});

/** Numbers uniform in [low, high), from the device's random stream. */
export function uniform(
  gpu: Gpu,
  shape: readonly number[],
  { low = 0, high = 1 }: { low?: number; high?: number } = {},
): Tensor {
  return draw(gpu, shape, { normal: 0, offset: low, scale: high - low });
}

/** Normally distributed numbers, from the device's random stream. */
export function normal(
  gpu: Gpu,
  shape: readonly number[],
  { mean = 0, deviation = 1 }: { mean?: number; deviation?: number } = {},
): Tensor {
  return draw(gpu, shape, { normal: 1, offset: mean, scale: deviation });
}

function draw(
  gpu: Gpu,
  shape: readonly number[],
  { normal, offset, scale }: { normal: number; offset: number; scale: number },
): Tensor {
  const y = Tensor.empty(gpu, shape);
  const place = philoxUniforms(gpu.random.take(y.size));
  inElements({ y }, (pieces, count, first) => {
    kernel.dispatch(gpu, pieces, { count, block: first / 4, offset, scale, ...place }, {
      threads: Math.ceil(count / 4),
    }, { normal });
  });
  return y;
}
