import { readNpz } from "../formats/numpy/npz.ts";
import { unreadable } from "../formats/unreadable.ts";
import { indexFile, isLabelled, listSplit, readSplit, rootsIn } from "../nuscenes/split_infos.ts";
import { labelFile } from "../occ3d/dataset.ts";
import { maskOf } from "../occupancy/coarsen.ts";
import type { Dataset } from "../occupancy/dataset.ts";
import { labelBytes } from "../occupancy/label_bytes.ts";
import { openOcc } from "./task.ts";

const PLACES = ["openocc_v2"];

/** nuScenes with OpenOcc's labels: `semantics` in SCENE/TOKEN/labels.npz below openocc_v2/; their flow is not read. */
export const openOccNuscenes: Dataset = {
  isIn: (folder) => isLabelled(folder, PLACES),
  taskIn: () => openOcc,
  rootsIn,
  indexFile,
  readSplit,
  listSplit,
  // deno-lint-ignore require-await
  async readLabels(frame, roots) {
    const path = labelFile(frame, roots, PLACES);
    const npz = readNpz(path);
    const file = `${path}/semantics.npy`;
    if (npz.has("mask_camera")) {
      throw unreadable(
        path,
        0,
        `"mask_camera" in it makes it Occ3D's, whose classes have another order: a preset "occ3d/…" is for those`,
      );
    }
    const semantics = npz.get("semantics");
    const { dims } = openOcc.grid;
    if (semantics.shape.join() !== dims.join()) {
      throw unreadable(file, 0, `its grid is [${semantics.shape}], that of OpenOcc is [${dims}]`);
    }
    const labels = labelBytes(semantics, { file, most: openOcc.empty });
    return { dims, labels, mask: maskOf(labels, openOcc) };
  },
};
