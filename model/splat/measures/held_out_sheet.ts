import { join } from "@std/path";
import { rgbPicture } from "../../../data/pictures/picture.ts";
import { namesIn } from "../../../data/files/names_in.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { above, beside } from "../../../data/pictures/sheet.ts";

/**
 * A PNG of what `renderModel` drew of held-out views: a row each, the photo at the left, what the model
 * makes of it at the right; `most` views, spread over all of them.
 */
export async function heldOutSheet(
  modelPath: string,
  iteration: number,
  most: number,
): Promise<Uint8Array> {
  const folder = join(modelPath, "test", `ours_${iteration}`);
  const names = namesIn(join(folder, "gt"));
  const rows = Math.min(most, names.length);
  const chosen = Array.from(
    { length: rows },
    (_, i) => names[Math.floor(i * names.length / rows)]!,
  );
  const sheet = await Promise.all(
    chosen.map(async (name) =>
      beside(
        await Promise.all(["gt", "renders"].map(async (part) =>
          rgbPicture(await readPicture(join(folder, part, name)))
        )),
      )
    ),
  );
  return encodePng(above(sheet));
}
