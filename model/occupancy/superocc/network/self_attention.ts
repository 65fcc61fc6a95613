import { add } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { attention } from "../../../../gpu/ops/nn/attention/attention.ts";
import { linear } from "../../../../gpu/ops/nn/gemm/linear.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";
import type { Trace } from "../../network/trace.ts";
import type { DecoderConfig } from "../config/config.ts";

/** PyTorch's multi-head attention: the projections of query, key and value are one parameter. */
class MultiheadAttention extends Module {
  readonly inProjWeight: Parameter;
  readonly inProjBias: Parameter;
  readonly outProj: Linear;

  constructor(init: Initializer, channels: number) {
    super();
    this.inProjWeight = init.xavier([3 * channels, channels]);
    this.inProjBias = init.constant([3 * channels], 0);
    this.outProj = new Linear(init, channels, channels, { bias: "zero" });
  }

  /** The projection of query (0), key (1) or value (2). */
  project(x: Tensor, which: number): Tensor {
    const channels = x.shape.at(-1)!;
    const [first, end] = [which * channels, (which + 1) * channels];
    return linear(
      x,
      slice(this.inProjWeight.value, 0, first, end),
      slice(this.inProjBias.value, 0, first, end),
    );
  }
}

/** mmcv's wrapper around it, for the keys. */
class Wrapped extends Module {
  constructor(readonly attn: MultiheadAttention) {
    super();
  }
}

/** Self-attention of the queries; each head of a query looks less far the larger its weight of distance is. */
export class SelfAttention extends Module {
  readonly attention: Wrapped;
  readonly genTau: Linear;
  readonly #heads: number;

  constructor(init: Initializer, { embedDims, heads }: DecoderConfig) {
    super();
    this.attention = new Wrapped(new MultiheadAttention(init, embedDims));
    this.genTau = new Linear(init, embedDims, heads, { weight: "zero" });
    this.genTau.bias.set(Float32Array.from({ length: heads }, () => 2 * init.next()));
    this.#heads = heads;
  }

  /** The queries x [queries, channels] at centres [queries, 3] (m) plus what they gather; `code` goes to query and key. */
  forward(
    { x, code, centres }: Readonly<Record<"x" | "code" | "centres", Tensor>>,
    trace: Trace,
    name: string,
  ): Tensor {
    const { attn } = this.attention;
    const placed = add(x, code);
    const weights = this.genTau.forward(x);
    trace(`${name}.tau`, weights);
    const gathered = attention(
      attn.project(placed, 0),
      attn.project(placed, 1),
      attn.project(x, 2),
      { heads: this.#heads, distance: { weights, places: centres } },
    );
    return add(x, attn.outProj.forward(gathered));
  }
}
