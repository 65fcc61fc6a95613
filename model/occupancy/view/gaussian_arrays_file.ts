import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { narrowed } from "../../../data/occupancy/label_bytes.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { semanticClasses } from "../config/model_config.ts";
import { drawnGaussians } from "./drawn_frame.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import { readKeyFrame } from "./key_frame_file.ts";

/**
 * Reads the arrays that `gaussianArraysFile` writes, as they are drawn; `frame` is the npz of the key frame that
 * they belong to, without one they are of SurroundOcc's classes.
 */
export function readGaussianArrays(
  path: string,
  frame: string | null,
): { readonly arrays: GaussianArrays; readonly task: OccupancyTask } {
  const npz = readNpz(path);
  const task = frame === null ? surroundOcc : readKeyFrame(frame).task;
  const rows = npz.get("means").shape[0] ?? 0;
  const read = (name: string, width: number | null): Float32Array => {
    const array = npz.get(name);
    const [count, columns = 1] = array.shape;
    if (count !== rows || (width !== null && columns !== width && columns !== 0)) {
      throw new RangeError(
        `Cannot show "${path}": "${name}" has shape [${array.shape.join(", ")}], [${rows}, ${
          width ?? "channels"
        }] is right`,
      );
    }
    return Float32Array.from(narrowed(array, path).data);
  };
  const semantics = read("semantics", null);
  const channels = rows ? semantics.length / rows : task.classes.length;
  const labels = semanticClasses({
    gaussians: { semantics: channels } as Parameters<typeof semanticClasses>[0]["gaussians"],
    task,
  });
  if (labels.length !== channels) {
    throw new RangeError(
      `Cannot show "${path}": "semantics" has ${channels} channels, the task has ${task.classes.length} classes`,
    );
  }
  const arrays = {
    means: read("means", 3),
    scales: read("scales", 3),
    rotations: read("rotations", 4),
    opacities: npz.has("opacities") ? read("opacities", 1) : new Float32Array(0),
    semantics,
    labels,
  };
  return { arrays: drawnGaussians(arrays, task), task };
}
