import type { Tensor } from "../tensor.ts";

// Whole tensors of 4-byte elements then start where a binding may, at 256 bytes, however long a row is.
const ROW_STEP = 64;

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

/**
 * Calls `body` with the same rows of tensors that have equally many, as [rows, rest], so many at a
 * time that each piece can be bound; `first` is the first of these rows.
 */
export function inRows(
  tensors: readonly Tensor[],
  rows: number,
  body: (pieces: readonly Tensor[], first: number) => void,
): void {
  const { gpu } = tensors[0]!;
  const limit = gpu.limits.maxStorageBufferBindingSize / 4;
  const longest = Math.max(1, ...tensors.map(({ size }) => size / Math.max(1, rows)));
  const flat = tensors.map((tensor) => tensor.alias([rows, rows ? tensor.size / rows : 0]));
  // A row too long for that many is the adapter's to refuse, by name.
  const most = Math.max(ROW_STEP, Math.floor(limit / longest / ROW_STEP) * ROW_STEP);
  if (rows * longest <= limit) body(flat, 0);
  else {
    for (let first = 0; first < rows; first += most) {
      const pieces = flat.map((tensor) => tensor.window(first, Math.min(rows, first + most)));
      body(pieces, first);
      for (const piece of pieces) piece.release();
    }
  }
  for (const tensor of flat) tensor.release();
}
