import type { Gpu } from "../../../../../gpu/device.ts";
import { attention } from "../../../../../gpu/ops/nn/attention/attention.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../training.ts";

interface Size {
  queries: number;
  heads: number;
  width: number;
}

// SuperOcc's four sizes.
const sizes: Size[] = [600, 1200, 2400, 3600].map((queries) => ({ queries, heads: 8, width: 32 }));
const tiny: Size = { queries: 5, heads: 2, width: 4 };

function setUp(gpu: Gpu, { queries, heads, width }: Size) {
  const rows = () => filled(gpu, [queries, heads * width]);
  const weights = filled(gpu, [queries, heads]);
  return { inputs: [rows(), rows(), rows(), weights], places: filled(gpu, [queries, 3]) } as const;
}

function run(gpu: Gpu, size: Size) {
  const { inputs, places } = setUp(gpu, size);
  const [query, key, value, weights] = inputs;
  const { heads } = size;
  return {
    inputs,
    op: () => attention(query!, key!, value!, { heads, distance: { weights: weights!, places } }),
  };
}

// Multiply-adds of one product of all queries with all keys.
const product = ({ queries, heads, width }: Size) => 2 * queries ** 2 * heads * width;

/** Self-attention that falls with distance: two products forward, five more with gradients. */
export const cases = [
  {
    name: "attention",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      return forwardOnly(gpu, run(gpu, size).op);
    },
    flops: (size: Size): number => 2 * product(size),
  },
  {
    name: "attention_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, op } = run(gpu, size);
      return forwardBackward(gpu, inputs, op);
    },
    // Walking back makes the scores twice, once for the queries and once for the keys.
    flops: (size: Size): number => 9 * product(size),
  },
];
