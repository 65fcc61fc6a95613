import { join } from "@std/path";
import { isFile } from "../../../data/files/path_kind.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import type { Scene } from "../../../data/scenes/scene.ts";
import type { SceneView, ViewCamera } from "../../../data/scenes/scene_view.ts";

/** Poses world_from_camera, sixteen numbers row by row, as they were given and as they were learned. */
export interface SavedPose {
  /** As the scene has it. */
  readonly before: readonly number[];
  /** As it was learned. */
  readonly after: readonly number[];
}

/** Poses by the names of the pictures trained on. */
export type SavedPoses = Readonly<Record<string, SavedPose>>;

/** Name of the file in a model's folder. */
export const POSES = "poses.json";

/** Where a camera stands and looks, sixteen numbers row by row for columns. */
export function worldFromCamera(
  { view, position }: Pick<ViewCamera, "view" | "position">,
): number[] {
  const rows = [0, 1, 2].map((
    k,
  ) => [view[4 * k]!, view[4 * k + 1]!, view[4 * k + 2]!, position[k]!]);
  return [...rows.flat(), 0, 0, 0, 1];
}

/** Leaves poses in a model's folder, with how far each was moved and by how many degrees turned. */
export function writePoses(folder: string, poses: SavedPoses): void {
  const rows = Object.entries(poses).map(([name, { before, after }]) => {
    const moved = Math.hypot(...[3, 7, 11].map((at) => after[at]! - before[at]!));
    return [name, { before, after, moved, turned: turnBetween(before, after) }] as const;
  });
  writeJson(join(folder, POSES), Object.fromEntries(rows));
}

/** Degrees between two poses; by the sine of half the turn, for small ones vanish in its cosine. */
function turnBetween(before: readonly number[], after: readonly number[]): number {
  const at = [0, 1, 2, 4, 5, 6, 8, 9, 10];
  const away = Math.hypot(...at.map((i) => after[i]! - before[i]!));
  return 2 * Math.asin(Math.min(1, away / Math.sqrt(8))) * 180 / Math.PI;
}

/** The scene with the poses that a model has learned of its training views; as it is where there are none. */
export function atSavedPoses(scene: Scene, folder: string): Scene {
  const file = join(folder, POSES);
  if (!isFile(file)) return scene;
  let poses: Record<string, SavedPose>;
  try {
    poses = JSON.parse(Deno.readTextFileSync(file));
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": it is no JSON`, { cause });
  }
  const moved = (view: SceneView): SceneView => {
    if (!Object.hasOwn(poses, view.name)) return view;
    const { after } = poses[view.name]!;
    if (!(Array.isArray(after) && after.length === 16 && after.every(Number.isFinite))) {
      throw new SyntaxError(`Cannot read "${file}": the pose of "${view.name}" is not 16 numbers`);
    }
    const rotation = [0, 1, 2].flatMap((k) => [after[k], after[4 + k], after[8 + k]]);
    const place = [after[3], after[7], after[11]];
    const translation = [0, 1, 2].map((row) =>
      -[0, 1, 2].reduce((sum, k) => sum + rotation[3 * row + k]! * place[k]!, 0)
    );
    return { ...view, rotation, translation };
  };
  return { ...scene, train: scene.train.map(moved) };
}
