import { listFolder } from "../files/door.ts";
import { dirname, join, relative } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { encodeJpeg } from "../pictures/jpeg/jpeg.ts";
import { encodePng } from "../pictures/png/png.ts";
import { readPicture } from "../pictures/read_picture.ts";
import { isPictureName } from "../pictures/picture_kinds.ts";
import { resizePicture } from "../pictures/resize_picture.ts";
import type { RgbaPicture } from "../pictures/picture.ts";

/** Quality of the reduced JPEG files, whose colours have the full resolution (4:4:4). */
const QUALITY = 95;

const JPEG = /\.jpe?g$/i;

/** One picture that was reduced to all sizes. */
export interface ReducedPicture {
  /** Path below the folder of pictures. */
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Writes the pictures of `SCENE/images` reduced by each factor to `SCENE/images_2` and so on, under
 * their names, as JPEG where they are that, else as PNG, which takes the ending of other kinds: bicubic, as
 * Pillow reduces; sides are rounded.
 */
export async function* reducePictures(
  scene: string,
  factors: readonly number[],
): AsyncGenerator<ReducedPicture, void, void> {
  const folder = join(scene, "images");
  const names = [...namesBelow(folder)].filter(isPictureName).sort();
  if (names.length === 0) {
    throw new Error(`Cannot reduce pictures: "${folder}" has no pictures`);
  }
  for (const [i, name] of names.entries()) {
    const picture = await readPicture(join(folder, name));
    for (const factor of factors) {
      const side = (length: number) => Math.max(1, Math.round(length / factor));
      const small = resizePicture(picture, [side(picture.width), side(picture.height)]);
      const file = join(scene, `images_${factor}`, JPEG.test(name) ? name : pngName(name));
      Deno.mkdirSync(dirname(file), { recursive: true });
      writeAtomically(
        file,
        JPEG.test(name) ? encodeJpeg(rgbOf(small), QUALITY) : pngOf(small),
      );
    }
    yield { name, done: i + 1, total: names.length };
  }
}

function pngName(name: string): string {
  return /\.png$/i.test(name) ? name : name.replace(/\.[^.]*$/, ".png");
}

function* namesBelow(folder: string, root = folder): Generator<string> {
  for (const { name, isDirectory } of listFolder(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* namesBelow(path, root);
    else yield relative(root, path);
  }
}

function pngOf(picture: RgbaPicture): Uint8Array {
  for (let i = 3; i < picture.data.length; i += 4) {
    if (picture.data[i] !== 255) return encodePng({ ...picture, channels: 4 });
  }
  return encodePng(rgbOf(picture));
}

function rgbOf({ width, height, data }: RgbaPicture) {
  const rgb = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return { width, height, channels: 3 as const, data: rgb };
}
