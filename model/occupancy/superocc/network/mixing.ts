import { add } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { addScalar, relu } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { packedMatmul } from "../../../../gpu/ops/nn/gemm/packed_matmul.ts";
import { layerNorm } from "../../../../gpu/ops/nn/norm/layer_norm.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";

/** Sizes of what is mixed. */
export interface MixingSizes {
  /** Channels of a query. */
  readonly embedDims: number;
  /** Groups into which they fall. */
  readonly groups: number;
  /** Sampled points of a group, over all picture frames. */
  readonly points: number;
}

/** Mixes what a query sampled by two matrices that it makes itself, over channels, then over points (AdaMixer, Gao et al. 2022). */
export class Mixing extends Module {
  readonly parameterGenerator: Linear;
  readonly outProj: Linear;
  readonly #sizes: MixingSizes;

  constructor(init: Initializer, sizes: MixingSizes) {
    super();
    const { embedDims, groups, points } = sizes;
    const width = embedDims / groups;
    const numbers = groups * (width ** 2 + points ** 2);
    this.parameterGenerator = new Linear(init, embedDims, numbers, {
      weight: "zero",
      bias: "fanIn",
    });
    this.outProj = new Linear(init, embedDims * points, embedDims);
    this.#sizes = sizes;
  }

  /** The query [queries, channels] plus its mixture; `code` is added to what makes the matrices alone. */
  forward(sampled: Tensor, query: Tensor, code: Tensor): Tensor {
    const { embedDims, groups, points } = this.#sizes;
    const width = embedDims / groups;
    const queries = query.rows;
    const rows = queries * groups;
    const numbers = this.parameterGenerator.forward(add(query, code));
    const matrices = reshape(numbers, [rows, width ** 2 + points ** 2]);
    const values = points * width;
    const normed = (x: Tensor) => reshape(relu(normalized(reshape(x, [rows, values]))), x.shape);
    const x = reshape(sampled, [rows, points, width]);
    const channels = packedMatmul(x, matrices, { side: "right", size: width, start: 0 });
    const mixed = packedMatmul(normed(channels), matrices, {
      side: "left",
      size: points,
      start: width ** 2,
    });
    const all = reshape(normed(mixed), [queries, groups * values]);
    return add(query, this.outProj.forward(all));
  }
}

/** Points and channels of a group together become mean 0 and variance 1. */
function normalized(x: Tensor): Tensor {
  const values = x.shape[1]!;
  const zeros = Tensor.zeros(x.gpu, [values]);
  return layerNorm(x, addScalar(zeros, 1), zeros);
}
