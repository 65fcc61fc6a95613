import type { Gpu } from "../device.ts";
import { Tensor } from "../tensor.ts";
import type { Named } from "./rows.ts";

/** Several tensors in one, for kernels that may bind few buffers. */
export interface Packed<Name extends string = string> {
  /** u32 words. */
  readonly packed: Tensor;
  /** First word of each tensor. */
  readonly at: Readonly<Record<Name, number>>;
}

/** Room for tensors of 4-byte types side by side, each from a whole vec4 on; there may be none. */
export function roomFor<T extends Named>(gpu: Gpu, tensors: T): Packed<keyof T & string> {
  let words = 0;
  const at: Record<string, number> = {};
  for (const [name, { size }] of Object.entries<Tensor>(tensors)) {
    at[name] = words;
    words += Math.ceil(size / 4) * 4;
  }
  const packed = Tensor.empty(gpu, [Math.max(4, words)], "u32");
  return { packed, at: at as Packed<keyof T & string>["at"] };
}

/** Copies of tensors side by side. */
export function pack<T extends Named>(gpu: Gpu, tensors: T): Packed<keyof T & string> {
  const room = roomFor(gpu, tensors);
  for (const [name, tensor] of Object.entries<Tensor>(tensors)) {
    const to = room.packed.byteOffset + 4 * room.at[name as keyof T & string];
    const { buffer, byteOffset, bytes } = tensor;
    if (bytes) gpu.commands.copyBuffer(buffer, byteOffset, room.packed.buffer, to, bytes);
  }
  return room;
}

/** Copies each tensor's part of what is packed to the tensor itself. */
export function unpack<T extends Named>(
  { packed, at }: Packed<keyof T & string>,
  tensors: T,
): void {
  for (const [name, tensor] of Object.entries<Tensor>(tensors)) {
    const from = packed.byteOffset + 4 * at[name as keyof T & string];
    const { buffer, byteOffset, bytes } = tensor;
    if (bytes) tensor.gpu.commands.copyBuffer(packed.buffer, from, buffer, byteOffset, bytes);
  }
}
