import { add, divide, multiply, subtract } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { addScalar, clamp, log, negate } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { uniform } from "../../../../gpu/ops/array/elementwise/random.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { expand } from "../../../../gpu/ops/array/reduce/expand.ts";
import { mean } from "../../../../gpu/ops/array/reduce/sum.ts";
import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Module } from "../../../module.ts";
import { PARTS, type Tell } from "../../network/progress.ts";
import type { Trace } from "../../network/trace.ts";
import type { SuperOccConfig } from "../config/config.ts";
import { freshQueries } from "../queries/fresh_queries.ts";
import { MotionLayerNorm } from "../queries/motion_layer_norm.ts";
import { movePoints } from "../queries/stream.ts";
import { DecoderLayer, type LayerResult, type Queries } from "./decoder_layer.ts";
import type { PictureFrames } from "./sampling.ts";

/** Initial points are learned without bounds; their logits are not to be infinite. */
const NEAREST_BORDER = 1e-4;

/** Queries of the key frame before, and how the car has moved since. */
export interface Propagated {
  /** [kept, channels] */
  readonly embedding: Tensor;
  /** [kept, 3] in metres of their own frame. */
  readonly points: Tensor;
  /** Seconds since. */
  readonly seconds: number;
  /** 4x4, row by row: from their frame to the current one. */
  readonly motion: Float64Array;
}

/** Embeddings of the initial points, for their key. */
class Points extends Module {
  constructor(readonly weight: Parameter) {
    super();
  }
}

class Decoder extends Module {
  constructor(readonly decoderLayers: DecoderLayer[]) {
    super();
  }
}

class Transformer extends Module {
  constructor(readonly decoder: Decoder) {
    super();
  }
}

/** Chooses queries and refines them layer by layer. */
export class StreamHead extends Module {
  readonly initPoints: Points;
  readonly egoPoseMemory: MotionLayerNorm;
  readonly transformer: Transformer;
  readonly #config: SuperOccConfig;

  constructor(init: Initializer, config: SuperOccConfig) {
    super();
    const { queries, decoder } = config;
    this.initPoints = new Points(init.uniform([queries.count, 3], 0, 1));
    this.egoPoseMemory = new MotionLayerNorm(init, decoder.embedDims);
    this.transformer = new Transformer(
      new Decoder(decoder.refines.map((_, i) => new DecoderLayer(init, config, i))),
    );
    this.#config = config;
  }

  /** The initial points [queries, 3] in metres, with their gradient. */
  initialPoints(): Tensor {
    return this.#metres(this.initPoints.weight.value);
  }

  /** The same as logits of their fractions of the range, as pictures of where models start take them. */
  initialLogits(): Tensor {
    const { value: points } = this.initPoints.weight;
    return noGradient(points.gpu, () => {
      const inside = clamp(points, NEAREST_BORDER, 1 - NEAREST_BORDER);
      return subtract(log(inside), log(addScalar(negate(inside), 1)));
    });
  }

  /** What each layer makes of the queries, and where these are after the last one. */
  forward(
    pictures: PictureFrames,
    { propagated, numbers }: {
      readonly propagated: Propagated | null;
      /** [queries] in [0, 1), which choose the fresh queries; drawn if not given. */
      readonly numbers: Tensor | undefined;
    },
    trace: Trace,
    tell: Tell,
  ): { layers: LayerResult[]; last: Queries } {
    let queries = this.#start(propagated, numbers, trace);
    tell(PARTS.start);
    const layers = this.transformer.decoder.decoderLayers.map((layer, i) => {
      const result = layer.forward(queries, pictures, trace, `layer${i}`);
      queries = this.#after(result);
      tell(PARTS.block(i));
      return result;
    });
    return { layers, last: queries };
  }

  #start(propagated: Propagated | null, numbers: Tensor | undefined, trace: Trace): Queries {
    const { weight: { value: points } } = this.initPoints;
    const { gpu, rows } = points;
    const { propagated: kept, distance } = this.#config.queries;
    const fresh = this.egoPoseMemory.fresh(gpu);
    const alike = (count: number) => expand(fresh, [count, fresh.shape[1]!]);
    const start = noGradient(gpu, () => {
      const own = this.#metres(points);
      if (!propagated) return { centres: own, far: null };
      const moved = movePoints(propagated.points, propagated.motion);
      const draws = numbers ?? uniform(gpu, [rows]);
      const chosen = freshQueries(own, moved, draws, { count: rows - kept, distance });
      return { centres: concat([moved, takeRows(own, chosen.rows)]), far: chosen.far, moved };
    });
    if (propagated) trace("memory_in.embedding", propagated.embedding);
    if (start.moved) trace("memory_in.reference_point", start.moved);
    if (start.far) trace("query.far_mask", start.far);
    const feature = propagated
      ? concat([
        this.egoPoseMemory.moved(propagated.embedding, propagated.seconds, propagated.motion),
        alike(rows - kept),
      ])
      : alike(rows);
    const fractions = noGradient(gpu, () => this.#fractions(start.centres));
    trace("query.point", fractions);
    trace("query.feature", feature);
    return { feature, points: reshape(fractions, [rows, 1, 3]), centres: start.centres };
  }

  /** Where the next layer begins: at what this one made, without its gradient. */
  #after({ feature, superquadrics }: LayerResult): Queries {
    return noGradient(feature.gpu, () => {
      const { points, means } = superquadrics;
      const shape = [feature.rows, points.rows / feature.rows, 3];
      return {
        feature,
        points: reshape(points, shape),
        centres: mean(reshape(means, shape), 1),
      };
    });
  }

  #metres(fractions: Tensor): Tensor {
    const { low, extent } = this.#range(fractions);
    return add(multiply(fractions, extent), low);
  }

  #fractions(metres: Tensor): Tensor {
    const { low, extent } = this.#range(metres);
    return divide(subtract(metres, low), extent);
  }

  #range({ gpu }: Tensor): { low: Tensor; extent: Tensor } {
    const { range } = this.#config.occupancy;
    const extent = [0, 1, 2].map((axis) => range[axis + 3]! - range[axis]!);
    return { low: Tensor.from(gpu, range.slice(0, 3)), extent: Tensor.from(gpu, extent) };
  }
}
