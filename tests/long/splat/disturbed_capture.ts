import { dirname, join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import { noise } from "../../support.ts";
import { SHARED } from "../../shared_files.ts";

/** What one photo suffers: stops, and gains of red and blue beside green's. */
export interface Disturbance {
  readonly stops: number;
  readonly red: number;
  readonly blue: number;
}

/** Largest of each, and how much darker corners are. */
const STOPS = 0.5;
const GAIN = 0.12;
const FALLOFF = 0.35;

/** Disturbances of so many photos, of mean 0, so that their mean is what was there before. */
export function disturbances(photos: number, seed: number): Disturbance[] {
  const drawn = ["stops", "red", "blue"].map((_, k) => {
    const values = noise(seed + k, photos);
    const mean = values.reduce((sum, value) => sum + value / photos, 0);
    return values.map((value) => value - mean);
  });
  return Array.from({ length: photos }, (_, i) => ({
    stops: STOPS * drawn[0]![i]!,
    red: 1 + GAIN * drawn[1]![i]!,
    blue: 1 + GAIN * drawn[2]![i]!,
  }));
}

/** The picture over black, as a camera with falloff and these settings would have it. */
export function disturbed(picture: RgbaPicture, by: Disturbance | null): RgbaPicture {
  const { width, height } = picture;
  const data = new Uint8Array(4 * width * height);
  const gains = by ? [by.red, 1, by.blue].map((gain) => gain * 2 ** by.stops) : [1, 1, 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const away = ((x + 0.5 - width / 2) ** 2 + (y + 0.5 - height / 2) ** 2) /
        (width ** 2 + height ** 2) * 4;
      const light = picture.data[at + 3]! / 255 * (by ? 1 - FALLOFF * away : 1);
      for (let c = 0; c < 3; c++) {
        data[at + c] = Math.min(255, Math.round(picture.data[at + c]! * light * gains[c]!));
      }
      data[at + 3] = 255;
    }
  }
  return { ...picture, data };
}

const SCENES = join(SHARED, "data/scenes");
/** Neutral settings: the falloff alone. */
const NEUTRAL: Disturbance = { stops: 0, red: 1, blue: 1 };

/**
 * Copies a scene into a folder with its pictures over black. With a seed, those trained on are disturbed and
 * those held out have the camera's falloff alone.
 */
export async function writeCapture(
  scene: "chair" | "test23",
  folder: string,
  seed: number | null,
): Promise<void> {
  const chair = scene === "chair";
  const source = join(SCENES, chair ? "blender_chair" : "colmap_test23/dense/0");
  const sets = chair ? ["train", "test"] : ["images"];
  const files = sets.flatMap((set) =>
    [...Deno.readDirSync(join(source, set))].filter(({ name }) =>
      /^[^_]*_?\d+\.(png|jpe?g)$/i.test(name)
    )
      .map(({ name }) => join(set, name)).sort()
  );
  // Every eighth photo of a COLMAP scene is held out.
  const heldOut = (file: string, i: number) => chair ? file.startsWith("test") : i % 8 === 0;
  const settings = disturbances(files.length, seed ?? 0);
  for (const [i, file] of files.entries()) {
    const by = seed === null ? null : heldOut(file, i) ? NEUTRAL : settings[i]!;
    const { width, height, data } = disturbed(await readPicture(join(source, file)), by);
    const target = join(folder, file.replace(/\.\w+$/, chair ? ".png" : "$&"));
    Deno.mkdirSync(dirname(target), { recursive: true });
    Deno.writeFileSync(target, encodePng({ width, height, channels: 4, data }));
  }
  const [from, to] = chair
    ? [join(SHARED, "golden/splat_training/chair_scene"), folder]
    : [join(source, "sparse"), join(folder, "sparse/0")];
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(join(from, name), join(to, name));
  }
}
