import type { NdArray } from "../../../data/formats/nd_array.ts";
import type { CheckpointRows, RunCheckpoint } from "../../run/checkpoint.ts";
import type { Ranks } from "../../run/ranks/ranks.ts";
import { GROUPS } from "../gaussians.ts";
import type { SplatStart } from "../training/splat_training.ts";
import type { StartSource } from "../training/start_source.ts";
import { evenParts, Parts } from "./parts.ts";

/** What is of Gaussians by its name in the file: parameters, moments, the strategy's sums. */
const OF_GAUSSIANS = new RegExp(
  `^((adamw?\\.(first|second)\\.)?(${GROUPS.join("|")})|sums|state\\.(?!random\\.).*)$`,
);

/** How many of so many Gaussians each rank owns: as a checkpoint says, else evenly. */
export function countsAmong(
  total: number,
  { size }: Pick<Ranks, "size">,
  saved: readonly number[] | undefined,
): readonly number[] {
  const fits = saved?.length === size && saved.reduce((sum, count) => sum + count, 0) === total;
  return fits ? saved : evenParts(total, size);
}

/** The rows of a checkpoint that a rank is to own, and how many each owns, once the header was read. */
export function ownRowsOf(ranks: Ranks): {
  readonly rows: CheckpointRows;
  readonly counts: () => readonly number[];
} {
  let counts: readonly number[] = [];
  return {
    counts: () => counts,
    rows: ({ tensors, metadata }) => {
      const total = tensors.get("xyz")?.shape[0] ?? 0;
      counts = countsAmong(total, ranks, savedParts(metadata.voxsplat));
      const { first } = new Parts(ranks, counts);
      const own = [first, first + counts[ranks.rank]!] as const;
      return (name) =>
        OF_GAUSSIANS.test(name) && tensors.get(name)!.shape[0] === total ? own : null;
    },
  };
}

function savedParts(text: string | undefined): readonly number[] | undefined {
  try {
    const { parts } = JSON.parse(text ?? "{}");
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    // Whoever reads the state says what is wrong with it.
    return undefined;
  }
}

/** A rank's part of what training starts from; the others' are not made. */
export function ownStart(source: StartSource, ranks: Ranks): SplatStart {
  if (source.count < ranks.size) return source.make();
  const counts = evenParts(source.count, ranks.size);
  const { first } = new Parts(ranks, counts);
  return { counts, ...source.make([first, first + counts[ranks.rank]!]) };
}

/** What a rank needs of a whole checkpoint for its part of the Gaussians. */
export function partOf<C extends Pick<RunCheckpoint, "moments" | "arrays">>(
  checkpoint: C,
  parts: Parts,
): C {
  const cut = (name: string, array: NdArray) =>
    OF_GAUSSIANS.test(name) ? ownRows(array, parts) : array;
  const moments = Object.entries(checkpoint.moments).map(([name, [first, second]]) =>
    [name, [cut(name, first), cut(name, second)]] as const
  );
  const arrays = [...checkpoint.arrays].map(([name, array]) =>
    [name, cut(`state.${name}`, array)] as const
  );
  return { ...checkpoint, moments: Object.fromEntries(moments), arrays: new Map(arrays) };
}

/** This rank's rows of an array of all Gaussians. */
function ownRows(
  { shape, data, ...array }: NdArray,
  { first, total, counts, ranks }: Parts,
): NdArray {
  const rows = counts[ranks.rank]!;
  const width = data.length / total;
  return {
    ...array,
    shape: [rows, ...shape.slice(1)],
    data: (data as Float32Array).subarray(width * first, width * (first + rows)),
  };
}
