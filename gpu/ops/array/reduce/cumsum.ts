import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import { normalizeAxes } from "./reduce.ts";
import source from "./cumsum.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/reduce/cumsum.wgsl", source);

// A thread's share of a line: shorter lines need no second level.
const CHUNK = 64;

/** Which way to add, and whether an element is part of its own sum. */
export interface CumsumOptions {
  /** Without the value itself. */
  readonly exclusive?: boolean;
  /** From the end. */
  readonly reverse?: boolean;
}

/** Running sums along an axis. */
export function cumsum(
  x: Tensor,
  axis: number,
  { exclusive = false, reverse = false }: CumsumOptions = {},
): Tensor {
  const at = normalizeAxes("cumsum", x.shape.length, axis)[0]!;
  const lines = [
    sizeOf(x.shape.slice(0, at)),
    x.shape[at]!,
    sizeOf(x.shape.slice(at + 1)),
  ] as const;
  const run = (x: Tensor, reverse: boolean) => runningSums(x, lines, { exclusive, reverse });
  return record("cumsum", [x], run(x, reverse), (dy) => [run(dy, !reverse)]);
}

function runningSums(
  x: Tensor,
  [outer, length, inner]: readonly [number, number, number],
  { exclusive, reverse }: Required<CumsumOptions>,
): Tensor {
  const { gpu } = x;
  using scope = gpu.scope();
  const y = scope.keep(Tensor.empty(gpu, x.shape));
  if (!y.size) return y;
  const chunk = length > 2 * CHUNK ? CHUNK : length;
  const chunks = Math.ceil(length / chunk);
  const uniforms = { outer, length, inner, chunk, chunks };
  const work = { threads: outer * chunks * inner };
  const constants = { exclusive: Number(exclusive), reverse: Number(reverse) };
  let carry = x;
  if (chunks > 1) {
    const totals = Tensor.empty(gpu, [outer, chunks, inner]);
    kernel.dispatch(gpu, { x, carry: x, y: totals }, uniforms, work, {
      ...constants,
      totals: 1,
      carried: 0,
    });
    // Chunks are counted in the direction of the sum, so their own sums run forward.
    carry = runningSums(totals, [outer, chunks, inner], { exclusive: true, reverse: false });
  }
  kernel.dispatch(gpu, { x, carry, y }, uniforms, work, {
    ...constants,
    totals: 0,
    carried: Number(chunks > 1),
  });
  return y;
}
