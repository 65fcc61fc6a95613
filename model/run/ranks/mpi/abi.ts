import type { Launcher } from "../launched.ts";

/** How a library hands its handles (communicators, types, operations) through the foreign interface. */
export type HandleKind = "i32" | "usize" | "pointer";

/** Handles by what they stand for. */
export type HandleName =
  | "world"
  | "float"
  | "double"
  | "int"
  | "unsigned"
  | "byte"
  | "sum"
  | "max"
  | "noInfo"
  | "returnErrors";

/** What is fixed when a program is built against one implementation of MPI. */
export interface Abi {
  /** What the library's version string holds. */
  readonly version: RegExp;
  /** Names of the shared library to try. */
  readonly libraries: readonly string[];
  readonly handles: HandleKind;
  /** Numbers of handles, or names of the symbols they are the addresses of. */
  readonly values: Readonly<Record<HandleName, number | string>>;
  /** Address that stands for "in place". */
  readonly inPlace: bigint;
  /** Address that stands for a status that nobody reads. */
  readonly noStatus: bigint;
  /** Splits a communicator by host. */
  readonly sharedType: number;
  /** Thread level that lets any thread call. */
  readonly threadMultiple: number;
}

/** MPICH 4 and what keeps its ABI (Intel MPI, MVAPICH): handles are numbers of 32 bits. */
const MPICH: Abi = {
  version: /MPICH|Intel\(R\) MPI|MVAPICH/,
  libraries: ["libmpich.so.12", "libmpi.so.12"],
  handles: "i32",
  values: {
    world: 0x44000000,
    float: 0x4c00040a,
    double: 0x4c00080b,
    int: 0x4c000405,
    unsigned: 0x4c00043d,
    byte: 0x4c00010d,
    sum: 0x58000003,
    max: 0x58000001,
    noInfo: 0x1c000000,
    returnErrors: 0x54000001,
  },
  inPlace: 0xffffffffffffffffn,
  noStatus: 1n,
  sharedType: 1,
  threadMultiple: 3,
};

/** Open MPI 4 and 5: handles are addresses of symbols. */
const OPEN_MPI: Abi = {
  version: /Open MPI/,
  libraries: ["libmpi.so.40"],
  handles: "pointer",
  values: {
    world: "ompi_mpi_comm_world",
    float: "ompi_mpi_float",
    double: "ompi_mpi_double",
    int: "ompi_mpi_int",
    unsigned: "ompi_mpi_uint32_t",
    byte: "ompi_mpi_byte",
    sum: "ompi_mpi_op_sum",
    max: "ompi_mpi_op_max",
    noInfo: "ompi_mpi_info_null",
    returnErrors: "ompi_mpi_errors_return",
  },
  inPlace: 1n,
  noStatus: 0n,
  sharedType: 0,
  threadMultiple: 3,
};

/** The standard ABI of MPI 5: handles are constants of a pointer's size. */
const STANDARD: Abi = {
  version: /./,
  libraries: ["libmpi_abi.so.1", "libmpi_abi.so"],
  handles: "usize",
  values: {
    world: 0x101,
    float: 0x210,
    double: 0x214,
    int: 0x209,
    unsigned: 0x251,
    byte: 0x247,
    sum: 0x21,
    max: 0x23,
    noInfo: 0x130,
    returnErrors: 0x143,
  },
  inPlace: 1n,
  noStatus: 0n,
  sharedType: 221,
  threadMultiple: 4096,
};

/** How the library is found whose processes a launcher started. */
export interface Joining {
  /** Part of what it says of itself; another's would take each process for a run of its own. */
  readonly says: RegExp;
  /**
   * The implementations in the order in which they are tried: one that is opened and passed over leaves
   * in the process what belongs to it, such as another UCX.
   */
  readonly order: readonly Abi[];
}

/** For each launcher. */
export const JOINING: Readonly<Record<Launcher, Joining>> = {
  "Open MPI's mpirun": { says: OPEN_MPI.version, order: [OPEN_MPI, STANDARD, MPICH] },
  "MPICH's mpirun": { says: MPICH.version, order: [STANDARD, MPICH, OPEN_MPI] },
  // PMIx is how Slurm starts Open MPI, PMI-2, which sets what MPICH's mpirun sets, how it starts MPICH.
  "srun with PMIx": { says: /./, order: [OPEN_MPI, STANDARD, MPICH] },
  "srun": { says: /./, order: [STANDARD, MPICH, OPEN_MPI] },
};
