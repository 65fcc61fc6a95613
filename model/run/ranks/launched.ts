/** Programs that start several processes which find each other. */
export type Launcher = "Open MPI's mpirun" | "MPICH's mpirun" | "srun";

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

/** The variables of each launcher: rank, size, rank on the host. */
const LAUNCHERS: readonly (readonly [
  launcher: Launcher,
  rank: string,
  size: string,
  localRank: string,
])[] = [
  [
    "Open MPI's mpirun",
    "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE",
    "OMPI_COMM_WORLD_LOCAL_RANK",
  ],
  ["MPICH's mpirun", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"],
  ["srun", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"],
];

/** Reads what the launcher set; null for a process that was started on its own. */
export function launched(env: (name: string) => string | undefined): Launched | null {
  for (const [launcher, rankName, sizeName, localName] of LAUNCHERS) {
    const [rank, size] = [wholeNumber(env(rankName)), wholeNumber(env(sizeName))];
    if (rank === null || size === null || size < 1 || rank >= size) continue;
    // A shell within a Slurm allocation has the number of tasks, but is no task itself.
    if (launcher === "srun" && env("SLURM_STEP_ID") === undefined) continue;
    return { launcher, rank, size, localRank: wholeNumber(env(localName)) };
  }
  return null;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
