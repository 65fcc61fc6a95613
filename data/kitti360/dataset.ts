import { join } from "@std/path";
import { isFile, isFolder } from "../files/path_kind.ts";
import { type Dataset, oneFolder, type Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { DataRoots } from "../occupancy/sample.ts";
import { indexPath, listIndexFile, readIndex } from "../own/index_file.ts";
import { DRIVES, RAW, readFrames } from "./frames.ts";
import { readLabelsOf } from "./labels.ts";
import { kitti360 } from "./task.ts";

/** SSCBench-KITTI-360: an index of JSON lines where there is one, else the folders of the drives. */
export const kitti360Drives: Dataset = {
  isIn: (folder) => isFolder(join(folder, RAW)),
  taskIn: () => kitti360,
  rootsIn: oneFolder,
  indexFile: ({ infos }, split) => {
    const index = indexPath(infos, split);
    return isFile(index) ? index : null;
  },
  // deno-lint-ignore require-await
  readSplit: async (roots, split) => {
    const index = kitti360Drives.indexFile(roots, split);
    const frames = index === null
      ? readFrames(roots.nuscenes, split)
      : readIndex(roots.infos, split);
    if (frames.length) return frames;
    throw nothing(roots, split);
  },
  // deno-lint-ignore require-await
  listSplit: async (roots, split) => {
    const index = kitti360Drives.indexFile(roots, split);
    if (index !== null) return listIndexFile(index);
    return { frames: readFrames(roots.nuscenes, split), faults: [] };
  },
  readLabels: (frame, roots) => {
    const { token, labels } = frame;
    const paths = [
      ...(labels === undefined ? [] : [join(roots.labels, labels)]),
      join(roots.nuscenes, rawLabelOf(frame)),
    ];
    return readLabelsOf(paths, token);
  },
};

/** The raw labels of a key frame, which lie beside its picture's folder. */
export function rawLabelOf({ cameras }: Pick<KeyFrame, "cameras">): string {
  return cameras[0]!.file.replace(/image_00[\\/]data_rect[\\/](\d+)\.\w+$/, "voxels/$1.label");
}

function nothing({ nuscenes }: DataRoots, split: Split): Error {
  const folders = DRIVES[split].map((drive) => `"${join(nuscenes, RAW, drive, "voxels")}"`);
  return Object.assign(
    new Error(
      `Cannot read the ${split} split: no voxels (NNNNNN.bin) in ${folders.slice(0, 2).join(", ")}${
        folders.length > 2 ? ` and ${folders.length - 2} more drives` : ""
      }`,
    ),
    { hint: "docs/kitti360.md says where SSCBench's files go" },
  );
}
