import type { Tensor } from "../../tensor.ts";

/** The tensor's bits as u32 words, for kernels that move values of any 4-byte type. */
export function asWords(op: string, x: Tensor): Tensor {
  if (x.dtype === "u8") {
    throw new TypeError(`Cannot run ${op}: bytes are packed, 4-byte types needed`);
  }
  return x.as("u32");
}
