import { occ3dPresets } from "./occ3d_presets.ts";
import { presets } from "./presets.ts";

/** Every model that has a name: the original's, and ours on other sets. */
export const presetTable = { ...presets, ...occ3dPresets };
