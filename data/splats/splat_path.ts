import { listFolder, NotFound, pathState } from "../files/door.ts";
import { join } from "@std/path";
import { isFile } from "../files/path_kind.ts";
import { STREAMED_SOG } from "./sog/streamed_sog.ts";

/**
 * The file of trained Gaussians that a path stands for: a file for itself, a folder for the SOG scene
 * in it or for a trained model's `iteration`, its last one if not given.
 */
export function splatFileAt(path: string, iteration?: number): string {
  if (!isFolderOrThrow(path)) {
    if (iteration === undefined) return path;
    throw new RangeError(
      `Cannot read iteration ${iteration} of "${path}": it is a file, it must be a model's folder`,
    );
  }
  if (iteration === undefined) {
    for (const name of ["meta.json", STREAMED_SOG]) {
      if (isFile(join(path, name))) return join(path, name);
    }
  }
  const saved = savedIterations(path);
  if (saved.length === 0) {
    throw Object.assign(
      new NotFound(
        `Cannot read "${path}": it is a folder without trained Gaussians, it must be a model's ` +
          '("point_cloud/iteration_N/point_cloud.ply") or a SOG scene\'s ("meta.json")',
      ),
      { hint: "give the file itself" },
    );
  }
  const chosen = iteration ?? saved.at(-1)!;
  if (saved.includes(chosen)) return iterationPly(path, chosen);
  throw Object.assign(
    new NotFound(
      `Cannot read iteration ${chosen} of "${path}": it is not among those saved`,
    ),
    { hint: `saved are ${saved.join(", ")}` },
  );
}

/** Where a trained model's folder has the Gaussians of an iteration. */
export function iterationPly(folder: string, iteration: number): string {
  return join(folder, "point_cloud", `iteration_${iteration}`, "point_cloud.ply");
}

/** The iterations of a trained model's folder whose Gaussians are there, ascending. */
export function savedIterations(folder: string): number[] {
  return iterationsIn(folder).filter((iteration) => isFile(iterationPly(folder, iteration)));
}

/** The iterations that a trained model's folder has folders of, ascending; their files may be absent. */
export function iterationsIn(folder: string): number[] {
  const points = join(folder, "point_cloud");
  const entries = pathState(points)?.isDirectory ? listFolder(points) : [];
  return entries.flatMap(({ name }) => {
    const digits = /^iteration_(\d+)$/.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  }).sort((a, b) => a - b);
}

function isFolderOrThrow(path: string): boolean {
  const state = pathState(path);
  if (state === null) throw new NotFound(`Cannot read "${path}": there is no such file`);
  return state.isDirectory;
}
