import { dirname, join } from "@std/path";
import { isFile } from "../files/path_kind.ts";
import { writeJson } from "../files/write_json.ts";

/** The file that says of a folder of labels that they are weak. */
export const WEAK_LABELS_NOTE = "weak_labels.json";

/**
 * Makes a folder for labels of a kind and the note beside them that tells what they are; a folder that holds
 * labels without such a note holds somebody's real ones and is refused.
 */
export function prepareLabelFolder(
  folder: string,
  what: Readonly<Record<string, unknown>>,
  ending: string,
  note = join(folder, WEAK_LABELS_NOTE),
): void {
  Deno.mkdirSync(folder, { recursive: true });
  const taken = Deno.readDirSync(folder).some(({ name }) => name.endsWith(ending));
  if (taken && !isFile(note)) {
    throw new Error(
      `Cannot label into "${
        dirname(folder)
      }": it holds labels that are not weak ones, another folder must be given`,
    );
  }
  writeJson(note, what);
}

/** The same for labels in SurroundOcc's layout, whose note lies above them. */
export function prepareSamplesFolder(
  out: string,
  what: Readonly<Record<string, unknown>>,
): void {
  prepareLabelFolder(join(out, "samples"), what, ".npy", join(out, WEAK_LABELS_NOTE));
}
