import { LOGIT_OF_BYTE, logScale } from "./activation.ts";
import { finiteMask, keepWhere, type Splats } from "./splats.ts";

/**
 * Leaves out Gaussians that cannot be drawn: with a value that is NaN or infinite, or a quaternion of
 * length zero. Infinite opacities (alpha 0 or 1) and log scales of -infinity (no thickness) mean
 * something and stay, limited to what files of bytes hold: ±13.8, and the log of 2^-126.
 */
export function dropUnusable(splats: Splats): Splats {
  const limited = limitInfinite(splats);
  const usable = finiteMask(limited);
  const { quaternions } = limited;
  for (let i = 0, at = 0; i < splats.count; i++, at += 4) {
    const none = quaternions[at] === 0 && quaternions[at + 1] === 0 &&
      quaternions[at + 2] === 0 && quaternions[at + 3] === 0;
    if (none) usable[i] = 0;
  }
  return usable.includes(0) ? keepWhere(limited, (i) => usable[i] === 1) : limited;
}

/** How many Gaussians of a file `dropUnusable` left out, in words; null where it left out none. */
export function unusableText(file: string, count: number, usable: number): string | null {
  if (usable === count) return null;
  return `${count - usable} of ${count} Gaussians of "${file}" have NaN, infinite or ` +
    "zero-rotation values and are left out";
}

function limitInfinite(splats: Splats): Splats {
  const opacities = replaced(splats.opacities, [
    [Infinity, LOGIT_OF_BYTE[255]!],
    [-Infinity, LOGIT_OF_BYTE[0]!],
  ]);
  const logScales = replaced(splats.logScales, [[-Infinity, logScale(0)]]);
  const same = opacities === splats.opacities && logScales === splats.logScales;
  return same ? splats : { ...splats, opacities, logScales };
}

/** A copy with other values in place of some; the column itself where it has none of them. */
function replaced(
  column: Float32Array,
  pairs: readonly (readonly [from: number, to: number])[],
): Float32Array {
  let result = column;
  for (const [from, to] of pairs) {
    for (let at = result.indexOf(from); at >= 0; at = result.indexOf(from, at + 1)) {
      if (result === column) result = column.slice();
      result[at] = to;
    }
  }
  return result;
}
