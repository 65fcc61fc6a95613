/** Tests of several processes; they are passed over, with a line, where no mpirun is installed. */
import { assert } from "@std/assert";
import { LAUNCHER_ENVIRONMENT } from "../../../../cli/ranks/launcher_environment.ts";

/** Whether a launcher of that name answers. */
export function isInstalled(mpirun: string): boolean {
  try {
    return new Deno.Command(mpirun, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

const INSTALLED = isInstalled("mpirun");
if (!INSTALLED) console.log("skipping what several ranks do: no mpirun is installed");

/** A test that starts ranks. */
export function mpiTest(name: string, body: () => Promise<void>): void {
  Deno.test({
    name,
    ignore: !INSTALLED,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: body,
  });
}

/** Runs a script in so many ranks; returns what they wrote to stdout. */
export async function runRanks(
  count: number,
  script: URL,
  words: readonly string[],
  { fails = false, mpirun = "mpirun" }: {
    readonly fails?: boolean;
    readonly mpirun?: string;
  } = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(mpirun, {
    args: ["-n", String(count), Deno.execPath(), "run", "-A", script.pathname, ...words],
    env: {
      ...LAUNCHER_ENVIRONMENT,
      // Sandboxes without the usual networks still have memory to share.
      UCX_TLS: "shm,self",
    },
  }).output();
  const text = new TextDecoder();
  assert(success !== fails, `mpirun: ${text.decode(stderr)}\n${text.decode(stdout)}`);
  return text.decode(fails ? stderr : stdout);
}
