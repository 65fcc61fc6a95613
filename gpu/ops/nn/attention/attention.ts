import { pack, roomFor, unpack } from "../../../binding/packed.ts";
import { inRows, type Named } from "../../../binding/rows.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { asWords } from "../../array/words.ts";
import forwardSource from "./attention.wgsl" with { type: "text" };
import keysSource from "./attention_backward_keys.wgsl" with { type: "text" };
import queriesSource from "./attention_backward_queries.wgsl" with { type: "text" };
import tileSource from "./attention_tile.wgsl" with { type: "text" };

const tile: Snippet = { path: "gpu/ops/nn/attention/attention_tile.wgsl", source: tileSource };
const include = [tile];
const forward = new Kernel("gpu/ops/nn/attention/attention.wgsl", forwardSource, { include });
const backwardQueries = new Kernel(
  "gpu/ops/nn/attention/attention_backward_queries.wgsl",
  queriesSource,
  { include },
);
const backwardKeys = new Kernel("gpu/ops/nn/attention/attention_backward_keys.wgsl", keysSource, {
  include,
});

const MOST_WIDTH = 64;
const NARROW = 32;
/** `BIAS` of the kernels. */
const BIAS = { none: 0, given: 1, distance: 2 } as const;

/** A bias that falls with distance, made where it is needed: a tensor of it would be [heads, n, n]. */
export interface DistanceBias {
  /** [queries, heads]: what is taken off a query's scores for each unit of distance. */
  readonly weights: Tensor;
  /** [queries, 3]: where each query is, and each key, of which there are as many. No gradient. */
  readonly places: Tensor;
}

/** Variants of attention. */
export interface AttentionOptions {
  /** Heads into which the channels fall, each 4, 8, ... 64 wide. */
  readonly heads: number;
  /** Added to the scores: [heads, queries, keys]. */
  readonly bias?: Tensor | undefined;
  /** Added to the scores, instead of `bias`. */
  readonly distance?: DistanceBias | undefined;
  /** [queries, keys], any 4-byte type: keys that a query may look at are not 0. */
  readonly mask?: Tensor | undefined;
  /** Factor of the scores, 1 / sqrt(width of a head) if not given. */
  readonly scale?: number;
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of query [queries, channels] over key and value
 * [keys, channels]: for each head softmax(scale query key + bias) value, [queries, channels]. No
 * scores are kept: walking back makes them again, tile by tile (Dao et al. 2022). A query that may
 * look at no key gets zeros.
 */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { heads, bias, distance, mask, scale }: AttentionOptions,
): Tensor {
  const { queries, keys, channels } = checkShapes("attention", {
    query: [query, "queries", "channels"],
    key: [key, "keys", "channels"],
    value: [value, "keys", "channels"],
    bias: [bias, heads, "queries", "keys"],
    weights: [distance?.weights, "queries", heads],
    places: [distance?.places, "queries", 3],
    mask: [mask, "queries", "keys"],
  });
  const width = checkWidth(channels, heads);
  if (distance && (bias || queries !== keys)) {
    throw new RangeError(
      bias
        ? "Cannot run attention: it has a bias and a distance, one of them is possible"
        : `Cannot run attention: ${queries} queries at a distance to ${keys} keys, they must be as many`,
    );
  }
  const { gpu } = query;
  const absent = Tensor.zeros(gpu, [4]);
  const term = bias ?? distance?.weights ?? absent;
  const kind = bias ? "given" : distance ? "distance" : "none";
  const sizes = { queries, keys, heads, quads: width / 4, scale: scale ?? 1 / Math.sqrt(width) };
  const constants = {
    WIDE: Number(width > NARROW),
    BIAS: BIAS[kind],
    MASKED: Number(mask !== undefined),
  };
  const places = distance?.places ?? absent;
  const kept = asWords("attention", mask ?? absent);
  const work = (rows: number, some: number) => ({ groups: Math.ceil(rows / 64) * some });
  const y = Tensor.empty(gpu, [queries, channels]);
  const logSums = Tensor.empty(gpu, [heads, queries]);
  const own = pack(gpu, { query, key, value });
  byHeads({ bias: term }, kind, heads, (pieces, some, first) => {
    forward.dispatch(
      gpu,
      {
        ...pieces,
        packed: own.packed.as("f32"),
        places,
        mask: kept,
        results: y,
        log_sums: logSums,
      },
      { ...sizes, ...quadsAt(own.at), first_head: first, some_heads: some },
      work(queries, some),
      constants,
    );
  });
  own.packed.release();
  return record("attention", [query, key, value, term], y, (dy, needs) => {
    const all = pack(gpu, { query, key, value, dy, y });
    const { y_at, ...at } = quadsAt(all.at);
    const means = Tensor.empty(gpu, [heads, queries]);
    const dquery = Tensor.empty(gpu, query.shape);
    const dterm = needs[3] ? Tensor.empty(gpu, term.shape) : null;
    const nowhere = Tensor.empty(gpu, [4]);
    const dkey = Tensor.empty(gpu, key.shape);
    const dvalue = Tensor.empty(gpu, value.shape);
    const room = roomFor(gpu, { dkey, dvalue });
    const shared = { packed: all.packed.as("f32"), places, mask: kept, log_sums: logSums, means };
    const terms = { bias: term, dbias: dterm ?? nowhere };
    byHeads(terms, kind, heads, ({ bias, dbias }, some, first) => {
      const uniforms = { ...sizes, ...at, first_head: first, some_heads: some };
      backwardQueries.dispatch(
        gpu,
        { ...shared, bias, dbias, results: dquery },
        { ...uniforms, y_at },
        work(queries, some),
        { ...constants, BIAS_GRADIENT: Number(dterm !== null) },
      );
      backwardKeys.dispatch(
        gpu,
        { ...shared, bias, results: room.packed.as("f32") },
        uniforms,
        work(keys, some),
        constants,
      );
    });
    unpack(room, { dkey, dvalue });
    return [dquery, dkey, dvalue, dterm];
  });
}

/** Heads at a time whose bias can be bound; all where it is not by heads. */
function byHeads<T extends Named>(
  terms: T,
  kind: keyof typeof BIAS,
  heads: number,
  body: (pieces: T, some: number, first: number) => void,
): void {
  if (kind === "given") inRows(heads, terms, body, { step: 1 });
  else body(terms, heads, 0);
}

/** Where packed tensors begin, in vec4s, by the names of the kernels' uniforms. */
function quadsAt<Name extends string>(at: Readonly<Record<Name, number>>) {
  return Object.fromEntries(
    Object.entries<number>(at).map(([name, word]) => [`${name}_at`, word / 4]),
  ) as Record<`${Name}_at`, number>;
}

function checkWidth(channels: number, heads: number): number {
  const width = channels / heads;
  if (!Number.isInteger(width / 4) || width < 4 || width > MOST_WIDTH) {
    throw new RangeError(
      `Cannot run attention: ${channels} channels in ${heads} heads, a head must be 4, 8, ... ${MOST_WIDTH} wide`,
    );
  }
  return width;
}
