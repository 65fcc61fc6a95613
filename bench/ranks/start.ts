import { LAUNCHER_ENVIRONMENT } from "../../cli/ranks/launcher_environment.ts";

/** Runs a program in so many ranks, each on a core of its own where `pinned`; returns their stdout. */
export async function startRanks(
  count: number,
  program: readonly string[],
  { pinned = false, mpirun = "mpirun" }: { pinned?: boolean; mpirun?: string } = {},
): Promise<string> {
  const each = Array.from({ length: count }, (_, rank) => pinned ? onCore(rank, program) : program);
  return await output([
    mpirun,
    ...each.flatMap((one, rank) => [...rank ? [":"] : [], "-n", "1", ...one]),
  ]);
}

/** Runs a program so many times at once, none knowing of the others; returns what each prints. */
export async function startApart(count: number, program: readonly string[]): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, core) => output(onCore(core, program))),
  );
}

function onCore(core: number, program: readonly string[]): string[] {
  return ["taskset", "-c", String(core), ...program];
}

async function output([first, ...words]: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(first!, {
    args: words,
    env: LAUNCHER_ENVIRONMENT,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot run ${first}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** The words that run a script in this folder. */
export function script(name: string, ...words: readonly string[]): string[] {
  const path = new URL(name, import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--no-check", path, ...words];
}
