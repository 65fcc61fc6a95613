import type { Dataset } from "../occupancy/dataset.ts";
import { readLabels } from "./label_file.ts";
import { readSplit } from "./split_infos.ts";
import { surroundOcc } from "./task.ts";

/** nuScenes with SurroundOcc's labels. */
export const nuscenes: Dataset = { task: surroundOcc, readSplit, readLabels };
