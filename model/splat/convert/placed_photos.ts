import { join, relative } from "@std/path";
import { isFolder } from "../../../data/files/path_kind.ts";
import { readColmapFolderPoints, readColmapViews } from "../../../data/formats/colmap.ts";

/** How well photos were placed. */
export interface PlacedPhotos {
  /** Photos with a place. */
  readonly placed: number;
  /** All there are. */
  readonly photos: number;
  /** Points that were found. */
  readonly points: number;
  /** Mean reprojection error, pixels; NaN without points. */
  readonly error: number;
  /** Names of the photos without a place, sorted. */
  readonly unplaced: readonly string[];
}

/** Holds a reconstruction against the folder of photos that it was made of. */
export function placedPhotos(sparse: string, input: string): PlacedPhotos {
  const names = new Set([...readColmapViews(sparse, []).images.values()].map(({ name }) => name));
  const { ids, errors } = readColmapFolderPoints(sparse, []);
  const photos = [...filesBelow(input)];
  return {
    placed: names.size,
    photos: photos.length,
    points: ids.length,
    error: errors.reduce((sum, error) => sum + error, 0) / ids.length,
    unplaced: photos.filter((name) => !names.has(name)).sort(),
  };
}

/** The folder below that of a mapping with the model that most photos are in, and how many models there are. */
export function largestModel(sparse: string): { name: string; models: number } | null {
  const models = [...Deno.readDirSync(sparse)].map(({ name }) => name)
    .filter((name) => /^\d+$/.test(name) && isFolder(join(sparse, name)))
    .sort((a, b) => Number(a) - Number(b));
  let best: { name: string; photos: number } | null = null;
  for (const name of models) {
    const photos = photosIn(join(sparse, name));
    if (!best || photos > best.photos) best = { name, photos };
  }
  return best && { name: best.name, models: models.length };
}

function photosIn(model: string): number {
  try {
    return readColmapViews(model, []).images.size;
  } catch {
    // What cannot be read is left to COLMAP, which says more about its own files.
    return 0;
  }
}

/** Paths of all files below a folder, relative to it, with slashes. */
export function* filesBelow(folder: string, root = folder): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesBelow(path, root);
    else yield relative(root, path).replaceAll("\\", "/");
  }
}
