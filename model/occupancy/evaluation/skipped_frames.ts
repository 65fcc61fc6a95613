import type { SampleLoader } from "../../../data/batches.ts";
import { gatherValues, type Ranks } from "../../run/ranks/ranks.ts";

/** A key frame that could not be read. */
export interface SkippedFrame {
  /** The key frame. */
  readonly token: string;
  /** Why. */
  readonly message: string;
}

/** Those that any rank could not read, in the order of the key frames. */
export async function skippedByAll(
  ranks: Ranks,
  { skipped, frames }: SampleLoader,
): Promise<SkippedFrame[]> {
  const own = skipped.map(({ token, error: { message } }): SkippedFrame => ({ token, message }));
  return inOrder(await gatherValues(ranks, own), frames);
}

/** What ranks tell of key frames, in the order of these. */
export function inOrder<T extends { readonly token: string }>(
  parts: readonly (readonly T[])[],
  frames: readonly { readonly token: string }[],
): T[] {
  const place = new Map(frames.map(({ token }, i) => [token, i]));
  return parts.flat().sort((a, b) => place.get(a.token)! - place.get(b.token)!);
}
