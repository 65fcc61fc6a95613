import { join } from "@std/path";
import { UsageError } from "../../command_line/usage_error.ts";

// What a demo of streets leaves in its folder; older ones called its key frames val_1 and so on.
const OWN = /^(data|run|evaluation\.json|report\.html|(val|street|live)_\d+.*\.(png|npz|ply))$/;

/** Empties the folder of an older demo; one that holds anything else is not ours to empty. */
export async function emptyDemo(out: string, own = OWN): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const names = [...Deno.readDirSync(out)].map(({ name }) => name);
  const other = names.find((name) => !own.test(name));
  if (other !== undefined) {
    throw new UsageError(
      `Cannot put a demo into "${out}": it holds "${other}", the folder must be empty or an older demo's`,
      "--out DIR names another folder",
    );
  }
  for (const name of names) await Deno.remove(join(out, name), { recursive: true });
}
