import { UsageError } from "../command_line/usage_error.ts";

/** How a failed command ends: what is said on stderr, and the exit code. */
export interface Failure {
  readonly lines: readonly string[];
  readonly code: number;
}

/** One clear line, its causes and a hint; the stack only where it is asked for. */
export function describeFailure(error: unknown, { debug = false } = {}): Failure {
  // The reader of our stdout has gone (`… | head`): nobody is left to tell.
  if (error instanceof Deno.errors.BrokenPipe) return { lines: [], code: 0 };
  const chain = causeChain(told(error));
  const lines = [`error: ${messageOf(chain[0])}`];
  for (const cause of chain.slice(1)) lines.push(`  because: ${messageOf(cause)}`);
  const hint = chain.map(hintOf).find((text) => text !== undefined) ??
    (chain.some(isSlip) ? `this looks like a fault of voxsplat: ${REPORT}` : undefined);
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  if (debug) {
    for (const link of chain) if (link instanceof Error && link.stack) lines.push("", link.stack);
  }
  return { lines, code: error instanceof UsageError ? 2 : 1 };
}

// As everything that is thrown here on purpose is worded.
const OUR_WORDING = /^Cannot [^:]+: ./s;
const NO_MEMORY = /^(Array buffer allocation failed|Invalid (typed )?array length|Out of memory)/;

// What the engine says where code of ours is wrong, also below an error that has our words.
const SLIP =
  /^Cannot (read|set) properties of |^Cannot (mix|convert) |is not (a function|iterable|defined|a constructor)|^Maximum call stack|before initialization$/;
const REPORT =
  "what --debug prints, the command and what `voxsplat doctor` says belong in a report";

function isSlip(error: unknown): boolean {
  return ofTheEngine(error) && SLIP.test(error.message);
}

/** An error of the engine itself, which says nothing to a user, as what it is: a fault in here. */
function told(error: unknown): unknown {
  if (!ofTheEngine(error)) return error;
  if (error instanceof RangeError && NO_MEMORY.test(error.message)) {
    return fault("Cannot go on: the memory of this machine does not suffice", error, {
      hint:
        `smaller sizes need less; if they are small already, it is a fault of voxsplat: ${REPORT}`,
    });
  }
  return fault(`Cannot go on: this is a fault of voxsplat, not of what it was given`, error, {
    hint: REPORT,
  });
}

function ofTheEngine(error: unknown): error is Error {
  const builtIn = error instanceof TypeError || error instanceof RangeError ||
    error instanceof ReferenceError;
  return builtIn && !OUR_WORDING.test(error.message);
}

function fault(message: string, cause: Error, more: { readonly hint: string }): Error {
  return Object.assign(new Error(message, { cause }), more);
}

function causeChain(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link = error; link !== undefined && !chain.includes(link);) {
    chain.push(link);
    link = link instanceof Error ? link.cause : undefined;
  }
  return chain.length === 0 ? [undefined] : chain;
}

// As the runtime words what the system refused: `Permission denied (os error 13): mkdir 'out'`.
const SYSTEM_CALL = /^(?!Cannot )(.+) \(os error \d+\): (\w+) '(.+)'$/;
const CALLS: Readonly<Record<string, string>> = {
  mkdir: "make the folder",
  open: "open",
  readfile: "read",
  writefile: "write",
  readdir: "list the folder",
  stat: "find",
  lstat: "find",
  remove: "remove",
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.trim() || error.name;
  const [, state, call, path] = text.match(SYSTEM_CALL) ?? [];
  if (state !== undefined && Object.hasOwn(CALLS, call!)) {
    return `Cannot ${CALLS[call!]} "${path}": ${state}`;
  }
  // Built-in errors of the runtime speak without their subject: their name adds it.
  return error.name === "Error" || text.startsWith("Cannot ") && !ofTheEngine(error)
    ? text
    : `${error.name}: ${text}`;
}

function hintOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("hint" in error)) return undefined;
  return typeof error.hint === "string" && error.hint !== "" ? error.hint : undefined;
}
