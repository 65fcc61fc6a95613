import { kitti360 } from "./kitti360.ts";
import type { Layout } from "./layout.ts";
import { nuscenes, occ3dNuscenes, openOccNuscenes } from "./nuscenes.ts";
import { own } from "./own.ts";

/** The sets whose files can be made up, by name. */
export const LAYOUTS = {
  nuscenes,
  occ3d: occ3dNuscenes,
  openocc: openOccNuscenes,
  kitti360,
  own,
} satisfies Record<string, Layout>;
