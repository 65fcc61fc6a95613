import { type Dataset, oneFolder } from "../occupancy/dataset.ts";
import { indexPath, listIndexFile, readIndex } from "./index_file.ts";
import { readOwnLabels } from "./labels.ts";
import { isOwnData, readTask } from "./task_file.ts";

/** A folder of one's own: task.json, train.jsonl and val.jsonl, pictures and labels. */
export const own: Dataset = {
  isIn: isOwnData,
  taskIn: readTask,
  rootsIn: oneFolder,
  indexFile: ({ infos }, split) => indexPath(infos, split),
  readSplit: ({ infos }, split) => Promise.resolve().then(() => readIndex(infos, split)),
  listSplit: ({ infos }, split) => Promise.resolve(listIndexFile(indexPath(infos, split))),
  readLabels: ({ token, labels }, roots, task) => {
    if (labels !== undefined) return readOwnLabels(roots.labels, labels, task);
    return Promise.reject(
      new Error(
        `Cannot read the labels of key frame "${token}": its row of the index names no "labels"`,
      ),
    );
  },
};
