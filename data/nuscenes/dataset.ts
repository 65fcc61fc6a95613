import type { Dataset } from "../occupancy/dataset.ts";
import { readLabels } from "./label_file.ts";
import { indexFile, readSplit } from "./split_infos.ts";

/** nuScenes with SurroundOcc's labels. */
export const nuscenes: Dataset = { indexFile, readSplit, readLabels };
