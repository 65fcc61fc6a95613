import { bindable, runsOf } from "../binding/limit.ts";
import { Kernel } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import { workgroupScanSnippet } from "../wgsl/workgroup_scan.ts";
import sumsSource from "./scan_tile_sums.wgsl" with { type: "text" };
import tilesSource from "./scan_tiles.wgsl" with { type: "text" };
import tilesSerialSource from "./scan_tiles_serial.wgsl" with { type: "text" };

const TILE = 4096;
const include = [workgroupScanSnippet];
const tileSums = new Kernel("gpu/parallel/scan_tile_sums.wgsl", sumsSource, { include });
const tiles = new Kernel("gpu/parallel/scan_tiles.wgsl", tilesSource, { include });
const tilesSerial = new Kernel("gpu/parallel/scan_tiles_serial.wgsl", tilesSerialSource);

/** How to read the values of a scan. */
export interface ScanOptions {
  /** Counts every value other than 0 as 1. */
  readonly flags?: boolean;
}

/**
 * Sums of all values before each one, u32 of any shape (modulo 2^32); with `total`, one value longer
 * and flat, the last one being the sum of all.
 */
export function exclusiveScan(
  x: Tensor,
  { total = false, ...options }: ScanOptions & { readonly total?: boolean } = {},
): Tensor {
  return scan("exclusiveScan", x, total ? [x.size + 1] : x.shape, { ...options, inclusive: false });
}

/** Sums of all values up to and including each one, u32 of any shape (modulo 2^32). */
export function inclusiveScan(x: Tensor, options: ScanOptions = {}): Tensor {
  return scan("inclusiveScan", x, x.shape, { ...options, inclusive: true });
}

// Reduce, scan the sums of the tiles, scan the tiles: three passes over memory, but unlike a single
// pass with look-back it does not lean on workgroups making progress side by side.
function scan(
  op: string,
  x: Tensor,
  shape: readonly number[],
  { flags = false, inclusive }: ScanOptions & { readonly inclusive: boolean },
): Tensor {
  if (x.dtype !== "u32") throw new TypeError(`Cannot run ${op}: "x" must be u32, got ${x.dtype}`);
  const { gpu } = x;
  using scope = gpu.scope();
  const y = scope.keep(Tensor.empty(gpu, shape, "u32"));
  const count = Math.ceil(y.size / TILE);
  const input = x.alias([x.size]);
  const output = y.alias([y.size]);
  // Windows of whole tiles, since a tensor may be larger than one binding.
  const windows = [...runsOf(y.size, bindable(gpu, 4, TILE))].map(({ first, count: outputs }) => {
    const values = Math.max(0, Math.min(outputs, x.size - first));
    return {
      first: first / TILE,
      count: values,
      outputs,
      x: values ? input.window(first, first + values) : input.window(0, 0),
      y: output.window(first, first + outputs),
      tiles: Math.ceil(outputs / TILE),
    };
  });
  let offsets = Tensor.empty(gpu, [count], "u32");
  if (count > 1) {
    for (const part of windows) {
      // Windows of the sums would have to start at aligned bytes; a piece of its own always does.
      const sums = windows.length > 1 ? Tensor.empty(gpu, [part.tiles], "u32") : offsets;
      tileSums.dispatch(
        gpu,
        { x: part.x, sums },
        { count: part.count, tiles: part.tiles, flags: Number(flags) },
        { groups: part.tiles },
      );
      if (sums !== offsets) {
        gpu.commands.copyBuffer(
          sums.buffer,
          sums.byteOffset,
          offsets.buffer,
          offsets.byteOffset + 4 * part.first,
          sums.bytes,
        );
      }
    }
    offsets = scan(op, offsets, [count], { inclusive: false });
  }
  const kernel = gpu.tuning.scan === "serial" ? tilesSerial : tiles;
  for (const part of windows) {
    kernel.dispatch(gpu, { x: part.x, offsets, y: part.y }, {
      count: part.count,
      outputs: part.outputs,
      tiles: part.tiles,
      flags: Number(flags),
      inclusive: Number(inclusive),
      offset: count > 1 ? part.first : 0xffffffff,
    }, { groups: part.tiles });
  }
  return y;
}
