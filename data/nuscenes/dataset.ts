import type { Dataset } from "../occupancy/dataset.ts";
import { readLabels } from "./label_file.ts";
import { indexFile, isLabelled, listSplit, readSplit, rootsIn } from "./split_infos.ts";
import { surroundOcc } from "./task.ts";

/** nuScenes with SurroundOcc's labels. */
export const nuscenes: Dataset = {
  isIn: (folder) => isLabelled(folder, ["surroundocc"]),
  taskIn: () => surroundOcc,
  rootsIn,
  indexFile,
  readSplit,
  listSplit,
  readLabels,
};
