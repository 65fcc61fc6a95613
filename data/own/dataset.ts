import { join } from "@std/path";
import { isFile } from "../files/path_kind.ts";
import { type Dataset, oneFolder } from "../occupancy/dataset.ts";
import { indexPath, listIndexFile, readIndex } from "./index_file.ts";
import { LABELS, readOwnLabels } from "./labels.ts";
import { isOwnData, readTask } from "./task_file.ts";

/** A folder of one's own: task.json, train.jsonl and val.jsonl, pictures and labels. */
export const own: Dataset = {
  isIn: isOwnData,
  taskIn: readTask,
  rootsIn: oneFolder,
  indexFile: ({ infos }, split) => indexPath(infos, split),
  readSplit: ({ infos }, split) => Promise.resolve().then(() => readIndex(infos, split)),
  listSplit: ({ infos }, split) => Promise.resolve(listIndexFile(indexPath(infos, split))),
  readLabels: ({ token, labels }, roots, task) =>
    Promise.resolve().then(() => {
      const made = join(LABELS, `${token}.npz`);
      if (labels !== undefined) return readOwnLabels(roots.labels, labels, task);
      if (isFile(join(roots.labels, made))) return readOwnLabels(roots.labels, made, task);
      throw Object.assign(
        new Error(
          `Cannot read the labels of key frame "${token}": its row of the index names no "labels", and there ` +
            `is no "${join(roots.labels, made)}"`,
        ),
        { hint: "data label makes them from lidar" },
      );
    }),
};
