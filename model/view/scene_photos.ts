import { readBytes } from "../../data/files/door.ts";
import { encodePng } from "../../data/pictures/png/png.ts";
import { PictureStore } from "../../data/scenes/picture_store.ts";
import { type SceneView, straightLens } from "../../data/scenes/scene_view.ts";
import type { ViewResource } from "./viewed.ts";

/** What browsers show as it is, by how it begins; they are told to leave EXIF's orientation alone. */
const SHOWN: readonly (readonly [start: string, type: string])[] = [
  ["\xff\xd8", "image/jpeg"],
  ["\x89PNG", "image/png"],
  ["RIFF", "image/webp"],
  ["BM", "image/bmp"],
];

/** As `--resolution`: as they are, but no wider than 1600 pixels. */
const RESOLUTION = -1;

/** The item that photos are parts of, by the names of their cameras. */
export const PHOTO = "photo";

/**
 * The photo of a view: its file where a browser shows that as it was trained on, else a PNG of what it was
 * trained on, turned and straightened.
 */
export async function photoOf(view: SceneView): Promise<ViewResource> {
  const bytes = readBytes(view.file);
  const type = pictureType(bytes);
  if (type && !view.orientation && !straightLens(view.lens)) return { type, body: bytes };
  const picture = await new PictureStore(0, RESOLUTION).load(view);
  return { type: "image/png", body: encodePng({ ...picture, channels: 4 }) };
}

/** The media type of a picture that browsers show as it is; null of others. */
export function pictureType(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return SHOWN.find(([begins]) => start.startsWith(begins))?.[1] ?? null;
}

/** The view that a camera's name means; names may come with or without their pictures' ending. */
export function viewNamed(views: readonly SceneView[], name: string): SceneView | undefined {
  const stem = (text: string) => text.replace(/\.\w+$/, "");
  return views.find((view) => view.name === name) ??
    views.find((view) => stem(view.name) === stem(name));
}
