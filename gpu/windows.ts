import type { Tensor } from "./tensor.ts";

/**
 * Calls `body` with matching flat pieces of equally sized tensors, each piece small enough to bind:
 * adapters limit a binding (llvmpipe to 128 MiB) far below a buffer. `most`, a multiple of 1024,
 * lowers the limit.
 */
export function inWindows(
  tensors: readonly Tensor[],
  body: (pieces: readonly Tensor[], start: number) => void,
  options: { readonly most?: number } = {},
): void {
  const { gpu, size } = tensors[0]!;
  // 1024 elements keep every piece's offset aligned, for bytes as well as words.
  const most = options.most ?? Math.floor(gpu.limits.maxStorageBufferBindingSize / 4096) * 1024;
  if (size <= most) return body(tensors, 0);
  const flat = tensors.map((tensor) => tensor.alias([tensor.size]));
  for (let start = 0; start < size; start += most) {
    const pieces = flat.map((tensor) => tensor.window(start, Math.min(size, start + most)));
    body(pieces, start);
    for (const piece of pieces) piece.release();
  }
  for (const tensor of flat) tensor.release();
}
