import { readBytes, readText } from "../files/door.ts";
import { decodePng } from "../pictures/png/png.ts";
import type { DepthPrior } from "./scene_view.ts";

/** Scale and offset of the inverse depth of each picture, by its name without ending. */
export interface DepthTable {
  readonly entries: ReadonlyMap<string, { readonly scale: number; readonly offset: number }>;
  /** Median of the scales above 0; 0 if there is none. */
  readonly median: number;
}

/** 16-bit files of scenes from COLMAP hold inverse depth in units of this. */
const COLMAP_UNIT = 65536;
/** A scale so many times off the median is not to be trusted. */
const TRUSTED = 5;

/** Reads `depth_params.json`, which aligns monocular inverse depth with the scene. */
export function readDepthTable(path: string): DepthTable {
  let json: Record<string, { scale?: unknown; offset?: unknown }>;
  try {
    json = JSON.parse(readText(path));
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read "${path}": depth needs the scales in it, "make_depth_scale" of the reference writes it`,
      { cause },
    );
  }
  const entries = new Map<string, { scale: number; offset: number }>();
  for (const [name, { scale, offset }] of Object.entries(json)) {
    if (typeof scale !== "number" || typeof offset !== "number") {
      throw new SyntaxError(`Cannot read "${path}": "${name}" has no scale and offset`);
    }
    entries.set(name, { scale, offset });
  }
  const scales = [...entries.values()].map(({ scale }) => scale).filter((scale) => scale > 0)
    .sort((a, b) => a - b);
  const middle = scales.length / 2;
  const median = scales.length
    ? (scales[Math.ceil(middle) - 1]! + scales[Math.floor(middle)]!) / 2
    : 0;
  return { entries, median };
}

/** The prior of one picture; without an entry in the table it cannot be aligned, so it is not reliable. */
export function depthPriorOf(
  { entries, median }: DepthTable,
  stem: string,
  file: string,
): DepthPrior {
  const entry = entries.get(stem);
  if (!entry) return { file, unit: COLMAP_UNIT, scale: 1, offset: 0, reliable: false };
  const { scale, offset } = entry;
  const reliable = scale > 0 && scale >= median / TRUSTED && scale <= median * TRUSTED;
  return { file, unit: COLMAP_UNIT, scale, offset, reliable };
}

/**
 * Reads a prior as inverse depth [height, width] in units of the scene: bilinear between pixel centres
 * without smoothing, negative values 0.
 */
export function readDepth(
  { file, unit, scale, offset }: DepthPrior,
  [width, height]: readonly [number, number],
): Float32Array {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(file);
  } catch (cause) {
    throw new Error(`Cannot read depth "${file}": there is no such file`, { cause });
  }
  const picture = decodePng(bytes, { file });
  const { channels, data } = picture;
  const at = (x: number, y: number) => data[channels * (y * picture.width + x)]!;
  const out = new Float32Array(width * height);
  const columns = tapsOf(picture.width, width);
  tapsOf(picture.height, height).forEach(([y0, y1, down], y) => {
    columns.forEach(([x0, x1, across], x) => {
      const upper = at(x0, y0) + across * (at(x1, y0) - at(x0, y0));
      const lower = at(x0, y1) + across * (at(x1, y1) - at(x0, y1));
      const value = Math.max(0, (upper + down * (lower - upper)) / unit);
      out[y * width + x] = value * scale + offset;
    });
  });
  return out;
}

/** Both neighbours and the share of the second, for each pixel along an axis. */
function tapsOf(from: number, to: number): [number, number, number][] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(from - 1, Math.max(0, (i + 0.5) * from / to - 0.5));
    const first = Math.floor(place);
    return [first, Math.min(from - 1, first + 1), place - first];
  });
}
