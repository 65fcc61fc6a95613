import { join } from "@std/path";
import { isFile } from "../../files/path_kind.ts";
import { writeJson } from "../../files/write_json.ts";

/** The file that says of a folder of labels that they are weak. */
export const WEAK_LABELS_NOTE = "weak_labels.json";

/**
 * Makes a folder for labels and the note that tells what they are; a folder that holds labels without
 * such a note holds somebody's real ones and is refused.
 */
export function prepareLabelFolder(out: string, what: Readonly<Record<string, unknown>>): void {
  const samples = join(out, "samples");
  const note = join(out, WEAK_LABELS_NOTE);
  Deno.mkdirSync(samples, { recursive: true });
  const taken = Deno.readDirSync(samples).some(({ name }) => name.endsWith(".npy"));
  if (taken && !isFile(note)) {
    throw new Error(
      `Cannot label into "${out}": it holds labels that are not weak ones, another folder must be given`,
    );
  }
  writeJson(note, what);
}
