import { join } from "@std/path";
import { type PhotoTraits, photoTraits, samePrint } from "../../../data/pictures/photo_traits.ts";
import { isPictureName } from "../../../data/pictures/picture_kinds.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import { filesBelow } from "./placed_photos.ts";

/** Photos of less than this share of the median sharpness are blurred; sharp ones of one capture differ by a tenth. */
const BLURRED = 0.75;
/** Fewer photos have no usual sharpness. */
const FEW = 5;

/** What was found out about photos before they are matched. */
export interface CheckedPhotos {
  /** Names of all that can be read, in order. */
  readonly names: readonly string[];
  /** Names of those that are much less sharp than the others. */
  readonly blurred: readonly string[];
  /** Photos that look like an earlier one, which is named second. */
  readonly duplicates: readonly (readonly [name: string, of: string])[];
}

/** Looks at all photos below a folder; those that cannot be read are left to COLMAP. */
export async function* checkPhotos(
  folder: string,
): AsyncGenerator<{ done: number; total: number }, CheckedPhotos> {
  const names = [...filesBelow(folder)].filter(isPictureName).sort();
  const looked: { name: string; traits: PhotoTraits }[] = [];
  for (const [i, name] of names.entries()) {
    const picture = await readPicture(join(folder, name)).catch(() => null);
    if (picture) looked.push({ name, traits: photoTraits(picture) });
    yield { done: i + 1, total: names.length };
  }
  const sorted = looked.map(({ traits }) => traits.sharpness).sort((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  const duplicates = looked.flatMap(({ name, traits }, i): [string, string][] => {
    const first = looked.slice(0, i).find((other) => samePrint(other.traits, traits));
    return first ? [[name, first.name]] : [];
  });
  return {
    names: looked.map(({ name }) => name),
    blurred: looked.length < FEW
      ? []
      : looked.filter(({ traits }) => traits.sharpness < BLURRED * usual).map(({ name }) => name),
    duplicates,
  };
}
