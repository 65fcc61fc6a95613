import type { GaussianFormerConfig } from "./config.ts";
import { kitti360Presets } from "./kitti360_presets.ts";
import { occ3dPresets } from "./occ3d_presets.ts";
import { openOccPresets } from "./openocc_presets.ts";
import { presets } from "./presets.ts";
import { streetPresets } from "./street_presets.ts";

/** Every model that has a name: the original's, and ours on other sets. */
export const presetTable: Readonly<
  Record<
    | keyof typeof presets
    | keyof typeof occ3dPresets
    | keyof typeof openOccPresets
    | keyof typeof kitti360Presets
    | keyof typeof streetPresets,
    GaussianFormerConfig
  >
> = { ...presets, ...occ3dPresets, ...openOccPresets, ...kitti360Presets, ...streetPresets };
