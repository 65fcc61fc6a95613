import type { Gpu } from "../device.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Calls `body` with matching runs of rows, few enough that each tensor of so many rows can be bound;
 * tensors of other lengths are handed on whole.
 */
export function inRowWindows<K extends string>(
  gpu: Gpu,
  rows: number,
  tensors: Readonly<Record<K, Tensor>>,
  body: (pieces: Record<K, Tensor>, count: number) => void,
): void {
  const entries = Object.entries(tensors) as [K, Tensor][];
  const widest = Math.max(...entries.map(([, t]) => t.rows === rows ? t.bytes / rows : 0));
  // 64 rows of whole words keep the offsets of all windows aligned, to 256 bytes at most.
  const most = Math.max(
    64,
    Math.floor(gpu.limits.maxStorageBufferBindingSize / widest / 64) * 64,
  );
  if (!(rows > most)) return body({ ...tensors }, rows);
  for (let start = 0; start < rows; start += most) {
    const end = Math.min(rows, start + most);
    const pieces = entries.map(([name, tensor]) =>
      [name, tensor.rows === rows ? tensor.window(start, end) : tensor] as const
    );
    body(Object.fromEntries(pieces) as Record<K, Tensor>, end - start);
    for (const [name, piece] of pieces) if (piece !== tensors[name]) piece.release();
  }
}
