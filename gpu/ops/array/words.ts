import { Tensor } from "../../tensor.ts";

/** The tensor's bits as u32 words, for kernels that move values of any 4-byte type. */
export function asWords(op: string, x: Tensor): Tensor {
  if (x.dtype === "u8") {
    throw new TypeError(`Cannot run ${op}: bytes are packed, 4-byte types needed`);
  }
  x.storage.refs++;
  return new Tensor(x.gpu, x.shape, "u32", x.storage, x.byteOffset);
}
