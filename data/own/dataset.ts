import type { Dataset } from "../occupancy/dataset.ts";
import { indexPath, readIndex } from "./index_file.ts";
import { readOwnLabels } from "./labels.ts";

/** A folder of one's own: task.json, train.jsonl and val.jsonl, pictures and labels. */
export const own: Dataset = {
  indexFile: ({ infos }, split) => indexPath(infos, split),
  readSplit: ({ infos }, split) => Promise.resolve().then(() => readIndex(infos, split)),
  readLabels: ({ token, labels }, roots, task) => {
    if (labels !== undefined) return readOwnLabels(roots.labels, labels, task);
    return Promise.reject(
      new Error(
        `Cannot read the labels of key frame "${token}": its row of the index names no "labels"`,
      ),
    );
  },
};
