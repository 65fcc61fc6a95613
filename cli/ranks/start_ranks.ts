import type { Terminal } from "../terminal/terminal.ts";
import { LAUNCHER_ENVIRONMENT } from "./launcher_environment.ts";
import { UsageError } from "../command_line/usage_error.ts";

/** More ranks than this on one machine is a slip of the keyboard. */
const MOST_RANKS = 1024;

/** How many ranks `--gpus N` or `--gpus 0,2,3` asks for, and which GPUs of a host the latter names. */
export function readGpus(
  gpus: string | undefined,
): { readonly count: number; readonly list: readonly number[] | null } {
  if (gpus === undefined) return { count: 1, list: null };
  const list = /^\d+(,\d+)+$/.test(gpus) ? gpus.split(",").map(Number) : null;
  const count = list ? list.length : /^\d+$/.test(gpus) ? Number(gpus) : NaN;
  if (!(count >= 1 && count <= MOST_RANKS)) {
    throw new UsageError(
      `Cannot read the command line: "--gpus" is "${gpus}", it must be a number from 1 to ${MOST_RANKS} or a list such as 0,2,3`,
    );
  }
  const twice = list?.find((number, i) => list.indexOf(number) < i);
  if (twice !== undefined) {
    throw new UsageError(`Cannot read the command line: "--gpus" names GPU ${twice} twice`);
  }
  return { count, list };
}

/** The words of this command for its ranks: without `--gpus N`, which started them; a list says which. */
export function wordsOfRank(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]];
    const counts = (value: string | undefined) => value !== undefined && /^\d+$/.test(value);
    if (word === "--gpus" && counts(next)) i++;
    else if (!(word.startsWith("--gpus=") && counts(word.slice(7)))) kept.push(word);
  }
  return kept;
}

const HEARD: readonly Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2", "SIGUSR1"];

// A press that reaches this process twice is one press.
const SAME_PRESS_MS = 500;

/** How a signal to this process goes to mpirun, so that the ranks save what they have. */
function passedOn(heard: Deno.Signal, again: boolean): Deno.Signal {
  // A second Ctrl-C ends all at once.
  if (heard === "SIGUSR1" || again) return heard;
  // At any that it takes for the end, Open MPI's kills the ranks within a second; it passes on this one,
  // which ends that of MPICH.
  const { stdout } = new Deno.Command("mpirun", { args: ["--version"] }).outputSync();
  return /Open MPI|OpenRTE/.test(new TextDecoder().decode(stdout)) ? "SIGUSR2" : "SIGTERM";
}

/** Runs this very command in so many processes under mpirun, and returns its exit code. */
export async function startRanks(count: number, terminal: Terminal): Promise<number> {
  const program = Deno.build.standalone
    ? [Deno.execPath()]
    : [Deno.execPath(), "run", "--allow-all", Deno.mainModule];
  const child = spawn(["-n", String(count), ...program, ...wordsOfRank(Deno.args)], count);
  terminal.note(`${count} ranks under mpirun`);
  let pressed = Infinity;
  const listening = HEARD.map((signal) =>
    [signal, () => {
      const again = signal === "SIGINT" && performance.now() - pressed > SAME_PRESS_MS;
      if (signal === "SIGINT") pressed = Math.min(pressed, performance.now());
      child.kill(passedOn(signal, again));
    }] as const
  );
  for (const [signal, heard] of listening) Deno.addSignalListener(signal, heard);
  try {
    return (await child.status).code;
  } finally {
    for (const [signal, heard] of listening) Deno.removeSignalListener(signal, heard);
  }
}

/** Starts mpirun; out of the reach of the keyboard's Ctrl-C, where there is a program that does that. */
function spawn(words: readonly string[], count: number): Deno.ChildProcess {
  const options = {
    env: LAUNCHER_ENVIRONMENT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  } as const;
  let cause: unknown;
  for (const [first, ...before] of [["setsid", "mpirun"], ["mpirun"]] as const) {
    try {
      return new Deno.Command(first, { args: [...before, ...words], ...options }).spawn();
    } catch (error) {
      cause = error;
    }
  }
  throw Object.assign(new Error(`Cannot start ${count} ranks: mpirun does not run`, { cause }), {
    hint: "On Debian or Ubuntu: apt-get install mpich",
  });
}
