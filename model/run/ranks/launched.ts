/** Programs that start several processes which find each other. */
export type Launcher = "Open MPI's mpirun" | "MPICH's mpirun" | "srun with PMIx" | "srun";

/** What a launcher of several processes says of this one before they talk. */
export interface Launched {
  /** Who started it. */
  readonly launcher: Launcher;
  /** From 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Number among those on this host; null where the launcher does not say. */
  readonly localRank: number | null;
}

/** The variables of each launcher: rank, size, rank on the host, and one that it sets besides. */
const LAUNCHERS: readonly (readonly [
  launcher: Launcher,
  rank: string,
  size: string,
  localRank: string,
  besides?: string,
])[] = [
  [
    "Open MPI's mpirun",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "OMPI_COMM_WORLD_LOCAL_RANK",
  ],
  ["MPICH's mpirun", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"],
  ["srun with PMIx", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "PMIX_RANK"],
  // A shell within an allocation has the number of tasks, but is no task itself.
  ["srun", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_STEP_ID"],
];

/** Reads what the launcher set; null for a process that was started on its own. */
export function launched(env: (name: string) => string | undefined): Launched | null {
  for (const [launcher, rankName, sizeName, localName, besides] of LAUNCHERS) {
    const [rank, size] = [wholeNumber(env(rankName)), wholeNumber(env(sizeName))];
    if (rank === null || size === null || size < 1 || rank >= size) continue;
    if (besides !== undefined && env(besides) === undefined) continue;
    return { launcher, rank, size, localRank: wholeNumber(env(localName)) };
  }
  return null;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
