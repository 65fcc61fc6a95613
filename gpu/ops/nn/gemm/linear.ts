import { checkShapes } from "../../../shape.ts";
import type { Tensor } from "../../../tensor.ts";
import { reshape } from "../../array/move/reshape.ts";
import type { Activation } from "../activation.ts";
import { matmul } from "./matmul.ts";

/** activation(x weight^T + bias): x [..., inputs], weight [outputs, inputs], bias [outputs]. */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  { activation = "none" }: { activation?: Activation } = {},
): Tensor {
  const { leading, inputs, outputs } = checkShapes("linear", {
    x: [x, "...", "inputs"],
    weight: [weight, "outputs", "inputs"],
    bias: [bias, "outputs"],
  });
  const flat = x.shape.length === 2 ? x : reshape(x, [leading, inputs]);
  const y = matmul(flat, weight, { transposeB: true, bias, activation });
  return x.shape.length === 2 ? y : reshape(y, [...x.shape.slice(0, -1), outputs]);
}
