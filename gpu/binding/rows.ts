import type { Tensor } from "../tensor.ts";
import { bindable } from "./limit.ts";

/** Tensors by their names, as a kernel wants them; one that is absent has no name. */
export type Named = { readonly [name: string]: Tensor };

/** What `inRows` can be told. */
export interface RowOptions {
  /** Rows by whose multiples a piece may begin; 256 bytes of whatever a row is made of by default. */
  readonly step?: number;
  /** Bytes a row of what `body` makes and binds besides. */
  readonly rowBytes?: number;
}

/**
 * Calls `body` with the same rows of all tensors, so many at a time that each piece can be bound;
 * `first` is the first of these `count` rows. A row is a tensor's share of each of `rows` things,
 * whatever its shape. A tensor that cannot be shared out like that, as one that stands in for an absent
 * one, is handed on whole.
 */
export function inRows<T extends Named>(
  rows: number,
  tensors: T,
  body: (pieces: T, count: number, first: number) => void,
  options: RowOptions = {},
): void {
  const entries = Object.entries<Tensor>(tensors);
  let widest = options.rowBytes ?? 0;
  let smallest = 4;
  for (const [, tensor] of entries) {
    if (tensor.size % rows !== 0) continue;
    widest = Math.max(widest, tensor.bytes / rows);
    if (tensor.dtype === "u8") smallest = 1;
  }
  const { step = 256 / smallest } = options;
  const most = bindable(entries[0]![1].gpu, widest, step);
  if (rows <= most) return body(tensors, rows, 0);
  const flat = entries.map(([name, tensor]) =>
    [name, tensor.size % rows ? null : tensor.alias([rows, tensor.size / rows])] as const
  );
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const pieces = flat.map(([name, tensor]) =>
      [name, tensor ? tensor.window(first, first + count) : tensors[name]!] as const
    );
    body(Object.fromEntries(pieces) as T, count, first);
    for (const [name, piece] of pieces) if (piece !== tensors[name]) piece.release();
  }
  for (const [, tensor] of flat) tensor?.release();
}

/** The same for equally large tensors, element by element. */
export function inElements<T extends Named>(
  tensors: T,
  body: (pieces: T, count: number, first: number) => void,
  options?: RowOptions,
): void {
  const { size } = Object.values<Tensor>(tensors)[0]!;
  inRows(size, tensors, body, options);
}
