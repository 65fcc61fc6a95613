import { namesIn } from "../../data/files/names_in.ts";

/** Names in a folder in natural order, hidden ones left out; none without it. */
export function shownNames(folder: string): string[] {
  return namesIn(folder, ({ name }) => !name.startsWith("."));
}
