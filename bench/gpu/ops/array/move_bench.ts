import type { Gpu } from "../../../../gpu/device.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { permute, transpose } from "../../../../gpu/ops/array/move/permute.ts";
import { gatherRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { scatterAddRows } from "../../../../gpu/ops/array/rows/scatter_add_rows.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

interface Size {
  rows: number;
  channels: number;
}

/** The rows of the feature maps of one camera, at four strides. */
const TARGETS = 28700;

function bench(
  name: string,
  arrays: number,
  op: (x: Tensor, index: Tensor) => Tensor,
) {
  return {
    name,
    sizes: [{ rows: 25600, channels: 128 }],
    tiny: { rows: 8, channels: 128 },
    run(gpu: Gpu, { rows, channels }: Size): () => void {
      const x = Tensor.zeros(gpu, [rows, channels]);
      // A prime step spreads the rows over the targets.
      const index = Uint32Array.from({ length: rows }, (_, i) => i * 7919 % TARGETS);
      const indices = Tensor.from(gpu, index);
      return () => {
        using _scope = gpu.scope();
        op(x, indices);
      };
    },
    bytes: ({ rows, channels }: Size): number => 4 * arrays * rows * channels,
  };
}

/** What moves values without computing. */
export const cases = [
  bench("concat", 4, (x) => concat([x, x], 1)),
  bench("transpose", 2, (x) => transpose(x)),
  bench("permute_vectors", 2, (x) => permute(x.alias([x.rows / 8, 8, 4, 32]), [0, 2, 1, 3])),
  bench("gather_rows", 2, gatherRows),
  bench("scatter_add_rows", 2, (x, index) => scatterAddRows(x, index, TARGETS)),
];
