import type { Ranks, Summable } from "../../../../model/run/ranks/ranks.ts";

/** What has come of one call: what each rank brought, and who waits for it. */
interface Meeting {
  readonly name: string;
  readonly brought: unknown[];
  readonly done: PromiseWithResolvers<readonly unknown[]>;
  came: number;
}

/**
 * Ranks in one process, for tests of what needs no process of its own: each call waits until all have
 * made it, and one of another name at the same turn is a fault.
 */
export function ranksInProcess(size: number): Ranks[] {
  const meetings: Meeting[] = [];
  return Array.from({ length: size }, (_, rank) => {
    let turn = 0;
    const meet = async <T>(name: string, mine: T): Promise<readonly T[]> => {
      const meeting = meetings[turn++] ??= {
        name,
        brought: [],
        done: Promise.withResolvers(),
        came: 0,
      };
      if (meeting.name !== name) {
        throw new Error(`rank ${rank} calls ${name} where another calls ${meeting.name}`);
      }
      meeting.brought[rank] = mine;
      if (++meeting.came === size) meeting.done.resolve(meeting.brought);
      return await meeting.done.promise as readonly T[];
    };
    const reduce = async (
      name: string,
      values: Summable,
      join: (a: number, b: number) => number,
    ) => {
      const all = await meet(name, values.slice());
      for (let i = 0; i < values.length; i++) {
        values[i] = all.map((theirs) => theirs[i]!).reduce(join);
      }
    };
    return {
      rank,
      size,
      localRank: rank,
      localSize: size,
      engine: "one process",
      sum: (values) => reduce("sum", values, (a, b) => a + b),
      sumAside: (values) => {
        const through = reduce("sumAside", values, (a, b) => a + b);
        return () => through;
      },
      largest: (values) => reduce("largest", values, (a, b) => Math.max(a, b)),
      broadcast: async (values) => values.set((await meet("broadcast", values.slice()))[0]!),
      gather: async (bytes) => (await meet("gather", bytes)).map((given) => given.slice()),
      exchange: async (blocks) =>
        (await meet("exchange", blocks)).map((given) => given[rank]!.slice()),
      barrier: async () => void await meet("barrier", null),
      abort: (code) => {
        throw new Error(`rank ${rank} ends with code ${code}`);
      },
      finish: () => Promise.resolve(),
    };
  });
}
