import type { Launched, Launcher } from "../launched.ts";
import type { Ranks, Summable } from "../ranks.ts";
import { type HandleName, JOINING } from "./abi.ts";
import { type Handle, installedLibraries, type MpiLibrary } from "./library.ts";

/** The message of values of each kind of array. */
const TYPES: readonly (readonly [new (length: number) => Summable, HandleName])[] = [
  [Float32Array, "float"],
  [Float64Array, "double"],
  [Uint32Array, "unsigned"],
  [Int32Array, "int"],
];

/**
 * Sums of so many bytes are made on the thread that asks: on another one they take some 50 µs longer to
 * come back, half as long again as 1 MiB takes.
 */
const HERE = 1 << 20;

/** Counts are signed words of 32 bits. */
const MOST_COUNT = 2 ** 31 - 1;

/**
 * @internal Joins the processes that a launcher started. Refused where no MPI is installed, where none is
 * the launcher's (each process would be a run of its own), or where it lets one thread alone call.
 */
export function joinRanks(
  { launcher, rank, size }: Launched,
  libraries: Iterable<MpiLibrary> = installedLibraries(JOINING[launcher].order),
): Ranks {
  const cannot = `Cannot join the ${size} processes that ${launcher} started`;
  const library = libraryOf(launcher, libraries, cannot);
  const { abi, calls, version } = library;
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
      {
        hint: launcher.startsWith("srun")
          ? "srun --mpi=pmi2 starts ranks of MPICH, --mpi=pmix those of Open MPI"
          : "launcher and library belong to different installations of MPI",
      },
    );
  }
  return joined;
}

/** The library that a launcher's processes talk through, where several are installed side by side. */
function libraryOf(
  launcher: Launcher,
  libraries: Iterable<MpiLibrary>,
  cannot: string,
): MpiLibrary {
  const others: string[] = [];
  for (const library of libraries) {
    if (JOINING[launcher].says.test(library.version)) return library;
    others.push(library.version);
  }
  if (!others.length) {
    throw Object.assign(new Error(`${cannot}: no MPI library is installed`), {
      hint: "On Debian or Ubuntu: apt-get install mpich",
    });
  }
  throw Object.assign(
    new Error(
      `${cannot}: the library is ${others.join(" and ")}, which does not know that launcher`,
    ),
    { hint: "start them with the mpirun of that library, or install the launcher's" },
  );
}

/** Ranks that talk by MPI. */
class MpiRanks implements Ranks {
  readonly rank: number;
  readonly size: number;
  readonly localRank: number;
  readonly localSize: number;
  readonly engine: string;
  readonly #world: Handle;
  /** What was asked of the engine last. */
  #last: Promise<unknown> = Promise.resolve();
  /** How much of that is not through. */
  #turns = 0;

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

  sumAside(values: Float32Array): () => Promise<void> {
    const begin = () => Promise.resolve(this.#begin(values));
    const begun = this.#turns ? this.#inTurn(begin) : begin();
    begun.catch(() => {}); // it is thrown where it is awaited
    return async () => {
      const { noStatus } = this.library;
      await Promise.all((await begun).map((slot) => this.#call("MPI_Wait", [slot, noStatus])));
    };
  }

  largest(values: Summable): Promise<void> {
    return this.#reduce(values, "max");
  }

  broadcast(values: Summable | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const { byte } = this.library.handle;
    return this.#inTurn(async () => {
      for (const piece of piecesOf(bytes)) {
        await this.#call("MPI_Bcast", [piece, piece.length, byte, 0, this.#world]);
      }
    });
  }

  gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    const { byte, int } = this.library.handle;
    return this.#inTurn(async () => {
      const lengths = new Int32Array(this.size);
      const own = Int32Array.of(bytes.length);
      await this.#call("MPI_Allgather", [own, 1, int, lengths, 1, int, this.#world]);
      const { starts, total } = placesOf(lengths, "bytes");
      const all = new Uint8Array(total);
      const given = [bytes, bytes.length, byte, all, lengths, starts, byte, this.#world];
      await this.#call("MPI_Allgatherv", given);
      return cut(all, starts, lengths);
    });
  }

  exchange(blocks: readonly Float32Array[]): Promise<Float32Array[]> {
    if (blocks.length !== this.size) {
      throw new RangeError(
        `Cannot exchange ${blocks.length} blocks: there must be one for each of ${this.size} ranks`,
      );
    }
    const { int, unsigned } = this.library.handle;
    const given = Int32Array.from(blocks, ({ length }) => length); // boxed: one a rank
    const from = placesOf(given, "words");
    return this.#inTurn(async () => {
      const sent = new Float32Array(from.total);
      blocks.forEach((block, rank) => sent.set(block, from.starts[rank]!));
      const taken = new Int32Array(this.size);
      await this.#call("MPI_Alltoall", [given, 1, int, taken, 1, int, this.#world]);
      const to = placesOf(taken, "words");
      const received = new Float32Array(to.total);
      const out = [sent, given, from.starts, unsigned];
      await this.#call("MPI_Alltoallv", [
        ...out,
        received,
        taken,
        to.starts,
        unsigned,
        this.#world,
      ]);
      return cut(received, to.starts, taken);
    });
  }

  barrier(): Promise<void> {
    return this.#inTurn(() => this.#call("MPI_Barrier", [this.#world]));
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
    const [datatype, op] = [handle[type], handle[operation]];
    return this.#inTurn(async () => {
      for (const piece of piecesOf(values)) {
        const words = [inPlace, piece, piece.length, datatype, op, this.#world];
        if (piece.byteLength <= HERE) this.#check("allreduceHere", words);
        else await this.#call("MPI_Allreduce", words);
      }
    });
  }

  /** Starts a sum, and returns the handles by which it is waited for. */
  #begin(values: Float32Array): BigUint64Array[] {
    const { handle: { float, sum }, inPlace, handleSlot } = this.library;
    // The engine keeps the address: that of a small array is fixed once its buffer was asked for.
    void values.buffer;
    return [...piecesOf(values)].map((piece) => {
      const { slot } = handleSlot();
      const words = [inPlace, piece, piece.length, float, sum, this.#world, slot];
      this.#check("MPI_Iallreduce", words);
      return slot;
    });
  }

  #placeIn(communicator: Handle): [rank: number, size: number] {
    const place = new Int32Array(2);
    this.#check("MPI_Comm_rank", [communicator, place.subarray(0, 1)]);
    this.#check("MPI_Comm_size", [communicator, place.subarray(1)]);
    return [place[0]!, place[1]!];
  }

  /**
   * Does what a method asks of the engine once those before it have gone through, all of it at a stretch:
   * of two calls, the second would else meet another method's on a rank that is ahead.
   */
  #inTurn<T>(talk: () => Promise<T>): Promise<T> {
    this.#turns++;
    const done = this.#last.then(talk).finally(() => this.#turns--);
    this.#last = done.catch(() => {});
    return done;
  }

  /** A call that waits for other ranks, on a thread of its own. */
  async #call(name: WaitingCall, words: readonly unknown[]): Promise<void> {
    const call = this.library.calls[name] as (...words: readonly unknown[]) => Promise<number>;
    this.#judge(name, await call(...words));
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

/** An array in pieces that a count can name: 2^30 elements. */
function* piecesOf<T extends Summable | Uint8Array>(values: T): Generator<T> {
  const PIECE = 2 ** 30;
  for (let from = 0; from === 0 || from < values.length; from += PIECE) {
    yield values.subarray(from, from + PIECE) as T;
  }
}

/** Where parts of these lengths begin that stand one after the other. */
function placesOf(lengths: Int32Array, what: string) {
  const starts = new Int32Array(lengths.length);
  let total = 0;
  for (const [rank, length] of lengths.entries()) {
    starts[rank] = total;
    total += length;
  }
  if (total > MOST_COUNT) {
    throw new RangeError(
      `Cannot send ${total} ${what} between ranks at once: MPI counts to ${MOST_COUNT}`,
    );
  }
  return { starts, total };
}

function cut<T extends Uint8Array | Float32Array>(
  all: T,
  starts: Int32Array,
  lengths: Int32Array,
): T[] {
  return [...starts.entries()].map(([rank, start]) =>
    all.subarray(start, start + lengths[rank]!) as T
  );
}

type WaitingCall =
  | "MPI_Allreduce"
  | "MPI_Wait"
  | "MPI_Bcast"
  | "MPI_Allgather"
  | "MPI_Allgatherv"
  | "MPI_Alltoall"
  | "MPI_Alltoallv"
  | "MPI_Barrier";
type PlainCall = Exclude<keyof MpiLibrary["calls"], WaitingCall>;
