import type { Ranks } from "../../model/run/ranks/ranks.ts";

/** What ranks have sent so far. */
export interface Meter {
  /** Payload handed to the engine: what is summed, exchanged or gathered. */
  bytes: number;
  /** Milliseconds during which something was under way; a sum aside counts from where it is waited for. */
  underWay: number;
  /** Those of them after the last call that was made meanwhile: what there was to do beside was done. */
  waiting: number;
}

/**
 * Ranks that keep count of what they send; with `after`, sums aside begin where they are waited for, once
 * the backward pass is through.
 */
export function metered(
  ranks: Ranks,
  { after = false } = {},
): { readonly ranks: Ranks; readonly meter: Meter } {
  const meter: Meter = { bytes: 0, underWay: 0, waiting: 0 };
  let under = 0;
  let since = 0;
  let last = 0;
  const count = async <T>(bytes: number, talk: () => Promise<T>): Promise<T> => {
    meter.bytes += bytes;
    last = performance.now();
    if (under++ === 0) since = last;
    try {
      return await talk();
    } finally {
      if (--under === 0) {
        meter.underWay += performance.now() - since;
        meter.waiting += performance.now() - last;
      }
    }
  };
  const { rank, size, localRank, localSize, engine } = ranks;
  return {
    meter,
    ranks: {
      ...{ rank, size, localRank, localSize, engine },
      sum: (values) => count(values.byteLength, () => ranks.sum(values)),
      sumAside: (values) => {
        const wait = after ? () => ranks.sum(values) : ranks.sumAside(values);
        return () => count(values.byteLength, wait);
      },
      largest: (values) => count(values.byteLength, () => ranks.largest(values)),
      broadcast: (values) => count(values.byteLength, () => ranks.broadcast(values)),
      gather: (bytes) => count(bytes.length, () => ranks.gather(bytes)),
      exchange: (blocks) =>
        count(
          blocks.reduce((sum, { byteLength }) => sum + byteLength, 0),
          () => ranks.exchange(blocks),
        ),
      barrier: () => count(0, () => ranks.barrier()),
      abort: (code) => ranks.abort(code),
      finish: () => ranks.finish(),
    },
  };
}
