import type { Launched } from "../launched.ts";
import type { Ranks, Summable } from "../ranks.ts";
import type { HandleName } from "./abi.ts";
import { type Handle, type MpiLibrary, openLibrary } from "./library.ts";

/** The message of values of each kind of array. */
const TYPES: readonly (readonly [new (length: number) => Summable, HandleName])[] = [
  [Float32Array, "float"],
  [Float64Array, "double"],
  [Uint32Array, "unsigned"],
  [Int32Array, "int"],
];

/**
 * @internal Joins the processes that a launcher started. Refused where no MPI is installed, where the library is
 * not the launcher's (each process would be a run of its own), or where it lets one thread alone call.
 */
export function joinRanks(
  { launcher, rank, size }: Launched,
  library: MpiLibrary | null = openLibrary(),
): Ranks {
  const cannot = `Cannot join the ${size} processes that ${launcher} started`;
  if (!library) {
    throw Object.assign(new Error(`${cannot}: no MPI library is installed`), {
      hint: "On Debian or Ubuntu: apt-get install mpich",
    });
  }
  const { abi, calls, version } = library;
  if (!abi.launchers.includes(launcher)) {
    throw Object.assign(
      new Error(`${cannot}: the library is ${version}, it does not know that launcher`),
      { hint: `start them with the mpirun of ${abi.name}, or install the launcher's library` },
    );
  }
  const provided = new Int32Array(1);
  if (calls.MPI_Init_thread(null, null, abi.threadMultiple, provided) !== 0) {
    throw new Error(`${cannot}: ${version} does not start`);
  }
  if (provided[0] !== abi.threadMultiple) {
    throw new Error(`${cannot}: ${version} was built without MPI_THREAD_MULTIPLE`);
  }
  const joined = new MpiRanks(library);
  if (joined.size !== size || joined.rank !== rank) {
    throw Object.assign(
      new Error(
        `${cannot}: this one is rank ${rank} of ${size} by the launcher, ${joined.rank} of ${joined.size} by ${version}`,
      ),
      { hint: "launcher and library belong to different installations of MPI" },
    );
  }
  return joined;
}

/** Ranks that talk by MPI. */
class MpiRanks implements Ranks {
  readonly rank: number;
  readonly size: number;
  readonly localRank: number;
  readonly localSize: number;
  readonly engine: string;
  readonly #world: Handle;
  /** Calls go out one after the other: all ranks must make them in one order. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly library: MpiLibrary) {
    const { handle, version, abi } = library;
    this.#world = handle.world;
    this.engine = version;
    // Errors come back as codes, so that they can be told.
    this.#check("MPI_Comm_set_errhandler", [handle.world, handle.returnErrors]);
    [this.rank, this.size] = this.#placeIn(handle.world);
    const { slot, read } = library.handleSlot();
    this.#check("MPI_Comm_split_type", [
      handle.world,
      abi.sharedType,
      this.rank,
      handle.noInfo,
      slot,
    ]);
    [this.localRank, this.localSize] = this.#placeIn(read());
  }

  sum(values: Summable): Promise<void> {
    return this.#reduce(values, "sum");
  }

  largest(values: Float64Array): Promise<void> {
    return this.#reduce(values, "max");
  }

  broadcast(values: Summable | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const { handle } = this.library;
    return this.#call("MPI_Bcast", [bytes, bytes.length, handle.byte, 0, this.#world]);
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    const { byte, int } = this.library.handle;
    const lengths = new Int32Array(this.size);
    const own = Int32Array.of(bytes.length);
    await this.#call("MPI_Allgather", [own, 1, int, lengths, 1, int, this.#world]);
    const starts = lengths.map((_, rank) =>
      lengths.subarray(0, rank).reduce((sum, length) => sum + length, 0)
    );
    const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    const given = [bytes, bytes.length, byte, all, lengths, starts, byte, this.#world];
    await this.#call("MPI_Allgatherv", given);
    return Array.from(
      { length: this.size },
      (_, rank) => all.slice(starts[rank]!, starts[rank]! + lengths[rank]!),
    );
  }

  barrier(): Promise<void> {
    return this.#call("MPI_Barrier", [this.#world]);
  }

  abort(code: number): void {
    this.#check("MPI_Abort", [this.#world, code]);
  }

  async finish(): Promise<void> {
    await this.#last;
    this.#check("MPI_Finalize", []);
  }

  #reduce(values: Summable, operation: "sum" | "max"): Promise<void> {
    const { handle, inPlace } = this.library;
    const [, type] = TYPES.find(([Type]) => values instanceof Type)!;
    return this.#call("MPI_Allreduce", [
      inPlace,
      values,
      values.length,
      handle[type],
      handle[operation],
      this.#world,
    ]);
  }

  #placeIn(communicator: Handle): [rank: number, size: number] {
    const place = new Int32Array(2);
    this.#check("MPI_Comm_rank", [communicator, place.subarray(0, 1)]);
    this.#check("MPI_Comm_size", [communicator, place.subarray(1)]);
    return [place[0]!, place[1]!];
  }

  /** A call that waits for other ranks, on a thread of its own. */
  #call(name: WaitingCall, words: readonly unknown[]): Promise<void> {
    const call = this.library.calls[name] as (...words: readonly unknown[]) => Promise<number>;
    const done = this.#last.then(async () => this.#judge(name, await call(...words)));
    this.#last = done.catch(() => {});
    return done;
  }

  #check(name: PlainCall, words: readonly unknown[]): void {
    const call = this.library.calls[name] as (...words: readonly unknown[]) => number;
    this.#judge(name, call(...words));
  }

  #judge(name: string, code: number): void {
    if (code === 0) return;
    const text = new Uint8Array(8192);
    this.library.calls.MPI_Error_string(code, text, new Int32Array(1));
    const reason = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
    throw new Error(
      `Cannot talk to the other ranks: ${name} failed on rank ${this.rank}: ${reason}`,
    );
  }
}

type WaitingCall =
  | "MPI_Allreduce"
  | "MPI_Bcast"
  | "MPI_Allgather"
  | "MPI_Allgatherv"
  | "MPI_Barrier";
type PlainCall = Exclude<keyof MpiLibrary["calls"], WaitingCall>;
