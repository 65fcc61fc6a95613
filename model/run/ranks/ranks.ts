import { builtin } from "../../../data/files/builtin.ts";

/** Numbers that ranks can add up. */
export type Summable = Float32Array | Float64Array | Uint32Array | Int32Array;

/**
 * Processes that work on one run together. Every rank calls the same methods in the same order, with
 * arrays of the same lengths but where it says otherwise; each resolves once all have. A call returns
 * at once and travels on a thread of its own, after those that were made before it: what is asked for
 * early and awaited late, such as the sum of a bucket of gradients, overlaps with whatever this process
 * does meanwhile, and until then its array is the engine's. Every rank gets the same bits.
 */
export interface Ranks {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Number among those on this host: which of its GPUs to take. */
  readonly localRank: number;
  /** How many there are on this host. */
  readonly localSize: number;
  /** What they talk through, for people. */
  readonly engine: string;
  /** Replaces values by their sums over ranks. */
  sum(values: Summable): Promise<void>;
  /**
   * The same, begun before this returns where nothing else is asked for: several travel at once. What it
   * returns waits for the end, on a thread that keeps a core busy; before that a sum goes on where the
   * network does it alone, and at each other call. Slower than `sum` with nothing to do meanwhile.
   */
  sumAside(values: Float32Array): () => Promise<void>;
  /** Replaces values by the largest over ranks. */
  largest(values: Summable): Promise<void>;
  /** Overwrites values of all ranks by those of rank 0. */
  broadcast(values: Summable | Uint8Array): Promise<void>;
  /** What each rank gives, by rank; on every rank. Lengths may differ. */
  gather(bytes: Uint8Array): Promise<Uint8Array[]>;
  /**
   * Sends to each rank the block of 32-bit words at its place, and returns what each rank sent to this
   * one, at its place. Lengths are free and need not be known where they arrive; a block for oneself
   * comes back as it is.
   */
  exchange(blocks: readonly Float32Array[]): Promise<Float32Array[]>;
  /** Waits for all. */
  barrier(): Promise<void>;
  /** Ends all ranks at once, with an exit code. */
  abort(code: number): void;
  /** Ends the talk; nothing else may be called after it. */
  finish(): Promise<void>;
}

/** A run of one process. */
export const ONE_RANK: Ranks = {
  rank: 0,
  size: 1,
  localRank: 0,
  localSize: 1,
  engine: "one process",
  sum: () => Promise.resolve(),
  sumAside: () => () => Promise.resolve(),
  largest: () => Promise.resolve(),
  broadcast: () => Promise.resolve(),
  gather: (bytes) => Promise.resolve([bytes]),
  exchange: (blocks) => Promise.resolve([...blocks]),
  barrier: () => Promise.resolve(),
  abort: (code) => {
    throw new Error(`Cannot go on: the run of one process ends with code ${code}`);
  },
  finish: () => Promise.resolve(),
};

/** Gathers plain data of each rank, by rank; infinities, maps and typed arrays arrive as they are. */
export async function gatherValues<T>(
  ranks: Pick<Ranks, "size" | "gather">,
  value: T,
): Promise<T[]> {
  if (ranks.size === 1) return [value];
  const { deserialize, serialize } = builtin("node:v8")!;
  return (await ranks.gather(serialize(value))).map((bytes) => deserialize(bytes.slice()) as T);
}

/** Refuses ranks that do not all say the same of something, such as program and settings. */
export async function assertSame(ranks: Ranks, what: string, text: string): Promise<void> {
  if (ranks.size === 1) return;
  const texts = await gatherValues(ranks, text);
  const other = texts.findIndex((theirs) => theirs !== texts[0]);
  if (other > 0) {
    throw new Error(
      `Cannot run together: ${what} of rank ${other} is "${texts[other]}", that of rank 0 is "${
        texts[0]
      }"`,
    );
  }
}
