import { gatherValues, type Ranks } from "./ranks.ts";

/** Where a loader of one rank stands. */
interface Position {
  readonly epoch: number;
  readonly index: number;
}

/**
 * Where each of today's ranks goes on, where a run of another number of ranks stopped: `index` counts the
 * samples of one rank, so what all had seen by then is shared out anew, rounded down.
 */
export function positionAmong(
  { size }: Pick<Ranks, "size">,
  { position: { epoch, index }, ranks = 1 }: {
    readonly position: Position;
    readonly ranks?: number;
  },
): Position {
  return { epoch, index: Math.floor(index * ranks / size) };
}

/**
 * A seed for what each of several draws on its own: ranks that drop out, key frames of an evaluation.
 * That of the run for number 0.
 */
export function seedOf(seed: number, number: number): number {
  // Steps of the golden ratio keep the seeds of few far apart.
  return (seed + Math.imul(number, 0x9e3779b9)) >>> 0;
}

/**
 * Work on items that the ranks share out in turn; each item comes to `width` numbers, which all ranks get in
 * the items' order. Where one fails, all throw what was wrong with the first such item.
 */
export async function sharedOut<T>(
  ranks: Pick<Ranks, "rank" | "size" | "gather">,
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<readonly number[]>,
): Promise<Float64Array[]> {
  const { rank, size } = ranks;
  const own: number[] = [];
  let failure: Failure | null = null;
  for (let i = rank; i < items.length && !failure; i += size) {
    try {
      own.push(...await work(items[i]!, i));
    } catch (error) {
      failure = { item: i, error: error as Error };
    }
  }
  await assertNoneFailed(ranks, failure);
  const all = await ranks.gather(new Uint8Array(Float64Array.from(own).buffer));
  const parts = all.map((bytes) => new Float64Array(bytes.slice().buffer));
  return items.map((_, i) => {
    const at = width * Math.floor(i / size);
    return parts[i % size]!.slice(at, at + width);
  });
}

interface Failure {
  readonly item: number;
  readonly error: Error;
}

async function assertNoneFailed(
  ranks: Pick<Ranks, "size" | "gather">,
  failure: Failure | null,
): Promise<void> {
  const own = failure && { item: failure.item, message: failure.error.message };
  const [first] = (await gatherValues(ranks, own)).filter((told) => told !== null)
    .sort((a, b) => a.item - b.item);
  if (first) throw first.item === failure?.item ? failure.error : new Error(first.message);
}
