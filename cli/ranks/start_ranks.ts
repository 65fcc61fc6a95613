import type { Terminal } from "../terminal/terminal.ts";
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

// Ctrl-C reaches mpirun from the keyboard; these would end this process alone.
const PASSED_ON: readonly Deno.Signal[] = ["SIGTERM", "SIGHUP", "SIGUSR1"];

/** Runs this very command in so many processes under mpirun, and returns its exit code. */
export async function startRanks(count: number, terminal: Terminal): Promise<number> {
  const program = Deno.build.standalone
    ? [Deno.execPath()]
    : [Deno.execPath(), "run", "--allow-all", Deno.mainModule];
  const words = ["-n", String(count), ...program, ...wordsOfRank(Deno.args)];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("mpirun", {
      args: words,
      // Open MPI starts nothing for root, nor more ranks than cores, without these.
      env: {
        OMPI_ALLOW_RUN_AS_ROOT: "1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
        OMPI_MCA_rmaps_base_oversubscribe: "1",
        PRTE_MCA_rmaps_default_mapping_policy: ":oversubscribe",
      },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (cause) {
    throw Object.assign(new Error(`Cannot start ${count} ranks: mpirun does not run`, { cause }), {
      hint: "On Debian or Ubuntu: apt-get install mpich",
    });
  }
  terminal.note(`${count} ranks under mpirun`);
  const pass = PASSED_ON.map((signal) => [signal, () => child.kill(signal)] as const);
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  for (const [signal, heard] of pass) Deno.addSignalListener(signal, heard);
  try {
    return (await child.status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", wait);
    for (const [signal, heard] of pass) Deno.removeSignalListener(signal, heard);
  }
}
