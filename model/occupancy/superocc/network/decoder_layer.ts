import { add, multiply } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { LayerNorm } from "../../../layers/layer_norm.ts";
import type { Linear } from "../../../layers/linear.ts";
import { Scale } from "../../../layers/scale.ts";
import { Module } from "../../../module.ts";
import { FeedForward } from "../../network/ffn.ts";
import type { Trace } from "../../network/trace.ts";
import { scoredClasses, type SuperOccConfig, superquadricRanges } from "../config/config.ts";
import {
  type RefinedSuperquadrics,
  refineSuperquadrics,
  SUPERQUADRIC_WIDTH,
} from "../superquadrics/refine_superquadrics.ts";
import { type Branch, normedBranch, plainBranch, runBranch } from "./branch.ts";
import { Mixing } from "./mixing.ts";
import { type PictureFrames, Sampling } from "./sampling.ts";
import { SelfAttention } from "./self_attention.ts";

/** Queries between two layers. */
export interface Queries {
  /** [queries, channels] */
  readonly feature: Tensor;
  /** [queries, points, 3] in fractions of the range. */
  readonly points: Tensor;
  /** [queries, 3]: mean of these in metres. */
  readonly centres: Tensor;
}

/** What a layer makes of the queries. */
export interface LayerResult {
  /** [queries, channels] */
  readonly feature: Tensor;
  /** Scores of the classes but the empty one [queries, classes]. */
  readonly scores: Tensor;
  /** Numbers of the superquadrics before they are decoded [queries * refines, 13]. */
  readonly raw: Tensor;
  /** What they decode to. */
  readonly superquadrics: RefinedSuperquadrics;
}

/** Queries look into the pictures, mix what they see, look at each other and place their superquadrics. */
export class DecoderLayer extends Module {
  readonly positionEncoder: Branch;
  readonly selfAttn: SelfAttention;
  readonly sampling: Sampling;
  readonly mixing: Mixing;
  readonly ffn: FeedForward;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly clsBranch: Branch;
  readonly regBranch: Branch;
  readonly scale: Scale;
  readonly #config: SuperOccConfig;

  /** The layer number `index`. */
  constructor(init: Initializer, config: SuperOccConfig, index: number) {
    super();
    const { decoder, queries, neck } = config;
    const { embedDims: channels, refines, groups, points, feedforward, dropout } = decoder;
    const places = index === 0 ? 1 : refines[index - 1]!;
    this.positionEncoder = normedBranch(init, { inputs: 3 * places, channels });
    this.selfAttn = new SelfAttention(init, decoder);
    this.sampling = new Sampling(init, decoder, neck.levels);
    this.mixing = new Mixing(init, {
      embedDims: channels,
      groups,
      points: points * queries.frames,
    });
    this.ffn = new FeedForward(init, {
      embedDims: channels,
      feedforward,
      dropout,
      residual: "add",
      feedforwardNorm: false,
      feedforwardBypass: false,
      recompute: false,
    });
    this.norm1 = new LayerNorm(init, channels);
    this.norm2 = new LayerNorm(init, channels);
    this.norm3 = new LayerNorm(init, channels);
    this.clsBranch = normedBranch(init, {
      inputs: channels,
      channels,
      outputs: scoredClasses(config),
    });
    // Every class starts at a hundredth (Lin et al. 2017).
    const classes = this.clsBranch.at(-1) as Linear;
    classes.bias.set(new Float32Array(scoredClasses(config)).fill(-Math.log(99)));
    this.regBranch = plainBranch(init, channels, SUPERQUADRIC_WIDTH * refines[index]!);
    this.scale = new Scale(init, SUPERQUADRIC_WIDTH);
    this.#config = config;
  }

  forward(
    { feature: before, points, centres }: Queries,
    pictures: PictureFrames,
    trace: Trace,
    name: string,
  ): LayerResult {
    const { gpu, rows } = before;
    const feature = gpu.tidy(() => {
      const code = runBranch(this.positionEncoder, reshape(points, [rows, points.size / rows]));
      trace(`${name}.position_encoder`, code);
      const query = add(before, code);
      const sampled = this.sampling.forward({ feature: query, centres, pictures }, trace, name);
      const mixed = this.mixing.forward(sampled, before, code);
      trace(`${name}.mixing`, mixed);
      const x = this.norm1.forward(mixed);
      trace(`${name}.norm1`, x);
      const attended = this.selfAttn.forward({ x, code, centres }, trace, name);
      trace(`${name}.self_attn`, attended);
      const y = this.norm2.forward(attended);
      trace(`${name}.norm2`, y);
      return this.norm3.forward(add(y, this.ffn.forward(y)));
    });
    trace(`${name}.norm3`, feature);
    const scores = runBranch(this.clsBranch, feature);
    trace(`${name}.cls_branch`, scores);
    const numbers = runBranch(this.regBranch, feature);
    trace(`${name}.reg_branch`, numbers);
    const each = numbers.size / rows / SUPERQUADRIC_WIDTH;
    const raw = multiply(
      reshape(numbers, [rows * each, SUPERQUADRIC_WIDTH]),
      this.scale.scale.value,
    );
    const superquadrics = refineSuperquadrics(raw, centres, superquadricRanges(this.#config));
    return { feature, scores, raw, superquadrics };
  }
}
