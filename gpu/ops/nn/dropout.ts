import { inElements } from "../../binding/rows.ts";
import { Kernel } from "../../kernel.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../wgsl/philox.ts";
import source from "./dropout.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/nn/dropout.wgsl", source, {
  include: [philoxSnippet],
  padded: true,
});

/**
 * Sets each value to 0 with probability p and divides the others by 1 - p, in training only
 * (Srivastava et al. 2014). The gradient draws the same numbers again instead of keeping them.
 */
export function dropout(x: Tensor, p: number, { training }: { training: boolean }): Tensor {
  if (!(p >= 0 && p < 1)) {
    throw new RangeError(`Cannot run dropout: the probability is ${p}, [0, 1) is possible`);
  }
  if (!training || p === 0) return x;
  const place = x.gpu.random.take(x.size);
  return record("dropout", [x], drop(x, p, place), (dy) => [drop(dy, p, place)]);
}

function drop(x: Tensor, p: number, place: { seed: number; counter: number }): Tensor {
  const y = Tensor.empty(x.gpu, x.shape);
  const uniforms = {
    threshold: Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1),
    scale: 1 / (1 - p),
    ...philoxUniforms(place),
  };
  inElements({ x, y }, (pieces, count, first) => {
    kernel.dispatch(x.gpu, pieces, { count, block: first / 4, ...uniforms }, {
      threads: Math.ceil(count / 4),
    });
  });
  return y;
}
