import { type Abi, type HandleKind, type HandleName, JOINING } from "./abi.ts";

/** A handle as the foreign interface takes it. */
export type Handle = number | bigint | Deno.PointerObject;

/** An opened library with its calls; each returns 0 unless it failed. */
export interface MpiLibrary {
  readonly abi: Abi;
  /** What the library says of itself, its first line. */
  readonly version: string;
  readonly handle: Readonly<Record<HandleName, Handle>>;
  readonly inPlace: Deno.PointerValue;
  /** Stands for a status that nobody reads. */
  readonly noStatus: Deno.PointerValue;
  /** Room for a handle that a call writes, and its value. */
  readonly handleSlot: () => { readonly slot: BigUint64Array<ArrayBuffer>; read(): Handle };
  readonly calls: Calls;
}

type Calls = Deno.DynamicLibrary<ReturnType<typeof callsOf>>["symbols"];

/** What the library's calls take: handles differ by implementation. */
function callsOf<K extends HandleKind>(handle: K) {
  const call = <const P extends readonly Deno.NativeType[]>(...parameters: P) =>
    ({ parameters, result: "i32" }) as const;
  const waiting = <const P extends readonly Deno.NativeType[]>(...parameters: P) =>
    ({ parameters, result: "i32", nonblocking: true }) as const;
  return {
    MPI_Get_library_version: call("buffer", "buffer"),
    MPI_Init_thread: call("pointer", "pointer", "i32", "buffer"),
    MPI_Comm_rank: call(handle, "buffer"),
    MPI_Comm_size: call(handle, "buffer"),
    MPI_Comm_split_type: call(handle, "i32", "i32", handle, "buffer"),
    MPI_Comm_set_errhandler: call(handle, handle),
    MPI_Error_string: call("i32", "buffer", "buffer"),
    MPI_Allreduce: waiting("pointer", "buffer", "i32", handle, handle, handle),
    /** The same on the thread that calls it. */
    allreduceHere: {
      ...call("pointer", "buffer", "i32", handle, handle, handle),
      name: "MPI_Allreduce",
    },
    MPI_Iallreduce: call("pointer", "buffer", "i32", handle, handle, handle, "buffer"),
    MPI_Wait: waiting("buffer", "pointer"),
    MPI_Bcast: waiting("buffer", "i32", handle, "i32", handle),
    MPI_Allgather: waiting("buffer", "i32", handle, "buffer", "i32", handle, handle),
    MPI_Allgatherv: waiting(
      "buffer",
      "i32",
      handle,
      "buffer",
      "buffer",
      "buffer",
      handle,
      handle,
    ),
    MPI_Alltoall: waiting("buffer", "i32", handle, "buffer", "i32", handle, handle),
    MPI_Alltoallv: waiting(
      "buffer",
      "buffer",
      "buffer",
      handle,
      "buffer",
      "buffer",
      "buffer",
      handle,
      handle,
    ),
    MPI_Barrier: waiting(handle),
    MPI_Abort: call(handle, "i32"),
    MPI_Finalize: call(),
  } as const;
}

/** Those of the implementations that are installed, each opened once it is asked for. */
export function* installedLibraries(abis: readonly Abi[]): Generator<MpiLibrary> {
  for (const abi of abis) {
    for (const name of abi.libraries) {
      const opened = open(abi, name);
      if (opened) {
        yield opened;
        break;
      }
    }
  }
}

/** What each of the installed implementations says of itself. */
export function installedMpi(): string[] {
  return [...installedLibraries(JOINING.srun.order)].map(({ version }) => version);
}

function open(abi: Abi, name: string): MpiLibrary | null {
  let calls: Calls;
  try {
    // Typed as if handles were addresses; the numbers of the others go through as numbers.
    calls = Deno.dlopen(name, callsOf(abi.handles) as ReturnType<typeof callsOf>).symbols as Calls;
  } catch {
    return null;
  }
  const version = versionOf(calls);
  if (!abi.version.test(version)) return null;
  const values = Object.entries(abi.values) as [HandleName, number | string][];
  const symbols = values.filter(([, value]) => typeof value === "string") as [HandleName, string][];
  const addresses = symbols.length ? addressesOf(name, symbols.map(([, symbol]) => symbol)) : {};
  const handle = Object.fromEntries(
    values.map(([key, value]) => [
      key,
      typeof value === "string"
        ? addresses[value]!
        : abi.handles === "usize"
        ? BigInt(value)
        : value,
    ]),
  ) as Record<HandleName, Handle>;
  return {
    abi,
    version: version.split(/[\n,]/)[0]!.replace(/ Version:\s*/, " ") +
      (abi.handles === "usize" ? " by the ABI of MPI 5" : ""),
    handle,
    inPlace: Deno.UnsafePointer.create(abi.inPlace),
    noStatus: Deno.UnsafePointer.create(abi.noStatus),
    handleSlot: () => {
      const slot = new BigUint64Array(1);
      return {
        slot,
        read: () =>
          abi.handles === "i32"
            ? new Int32Array(slot.buffer)[0]!
            : abi.handles === "usize"
            ? slot[0]!
            : Deno.UnsafePointer.create(slot[0]!)!,
      };
    },
    calls,
  };
}

function versionOf(calls: Calls): string {
  const text = new Uint8Array(8192);
  calls.MPI_Get_library_version(text, new Int32Array(1));
  return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
}

/** Addresses of data symbols, which the foreign interface has no word for: asked of the loader. */
function addressesOf(name: string, symbols: readonly string[]) {
  const loader = Deno.dlopen("libc.so.6", {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  });
  const NOW = 2;
  const library = loader.symbols.dlopen(cString(name), NOW);
  return Object.fromEntries(symbols.map((symbol) => {
    const address = loader.symbols.dlsym(library, cString(symbol));
    if (!address) {
      throw new Error(`Cannot use "${name}": it has no symbol "${symbol}"`);
    }
    return [symbol, address];
  }));
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
