import { CONVERT } from "../formats/file_kind.ts";
import { unreadable } from "../formats/unreadable.ts";

/** The error of a picture that is of a kind that is not read, and what to do about it. */
export function refusedPicture(file: string, what: string, hint = CONVERT): SyntaxError {
  return Object.assign(unreadable(file, 0, what), { hint });
}
