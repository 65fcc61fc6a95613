import { unreadable } from "../formats/unreadable.ts";

/** The error of a picture that is of a kind that is not read, and what to do about it. */
export function refusedPicture(file: string, what: string): SyntaxError {
  return Object.assign(unreadable(file, 0, what), {
    hint: "convert such pictures to JPEG or PNG under their names, for example with " +
      "`magick mogrify -format png`",
  });
}
