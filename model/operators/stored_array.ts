import type { NdArray } from "../../data/formats/nd_array.ts";
import type { HostArray } from "./operator.ts";

/** An array as npz files keep it: whole numbers i32, or bytes as they are where `bytes` says so, all else f32. */
export function storedArray(
  { shape: extents, data }: HostArray,
  { bytes = false }: { readonly bytes?: boolean } = {},
): NdArray {
  const shape = [...extents];
  if (bytes && data instanceof Uint8Array) return { shape, dtype: "uint8", data };
  const whole = data instanceof Int32Array || data instanceof Uint32Array ||
    data instanceof Uint8Array;
  return whole
    ? { shape, dtype: "int32", data: Int32Array.from(data) }
    : { shape, dtype: "float32", data: Float32Array.from(data) };
}
