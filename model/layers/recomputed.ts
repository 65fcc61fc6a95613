import { recompute } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";

/** What `body` makes of a tensor; where `again`, nothing else of it is kept and the way back runs it once more. */
export function recomputed(x: Tensor, again: boolean, body: (x: Tensor) => Tensor): Tensor {
  return again ? recompute([x], (x) => [body(x!)])[0]! : body(x);
}
