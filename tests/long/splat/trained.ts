import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../cli/commands/splat/train.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";
import type { Evaluated } from "./command_run.ts";

/** Figures of an evaluation, colours corrected where looks were learned. */
export type Measured = Evaluated & { readonly ccPsnr?: number };

/** Trains into a folder by command; the last figures of a set of views. */
export async function trained(
  words: readonly string[],
  model: string,
  wanted = "test",
): Promise<Measured> {
  assertEquals(await splatTrain.run([...words, "-m", model, "--overwrite"], keepingTerminal()), 0);
  const rows = Deno.readTextFileSync(join(model, "evaluations.jsonl")).trim().split("\n");
  return rows.map((row) => JSON.parse(row)).findLast(({ set }) => set === wanted);
}
