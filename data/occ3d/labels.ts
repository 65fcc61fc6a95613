import { readNpz } from "../formats/numpy/npz.ts";
import { unreadable } from "../formats/unreadable.ts";
import type { Occupancy } from "../occupancy/coarsen.ts";
import { labelBytes } from "../occupancy/label_bytes.ts";
import { occ3d } from "./task.ts";

/**
 * Reads an Occ3D labels.npz: dense `semantics` [200, 200, 16] (17 empty) with `mask_lidar` and
 * `mask_camera`. Its grid is in the ego frame with 0.4 m voxels from (-40, -40, -1), so it does not
 * line up with SurroundOcc's; what counts is what the cameras see, unless `mask` says otherwise.
 */
export function readOcc3d(
  input: Uint8Array | string,
  { file, mask: which = "camera" }: { file?: string; mask?: "camera" | "lidar" | "none" } = {},
): Occupancy {
  const npz = readNpz(input, file === undefined ? {} : { file });
  const name = file ?? (typeof input === "string" ? input : "Occ3D labels");
  if (which !== "none" && npz.has("flow") && !npz.has(`mask_${which}`)) {
    throw unreadable(
      name,
      0,
      `"flow" in it and no masks make it OpenOcc's, whose classes have another order: a preset "openocc/…" is for those`,
    );
  }
  const semantics = npz.get("semantics");
  if (semantics.shape.length !== 3) {
    throw unreadable(
      `${name}/semantics.npy`,
      0,
      `its shape is [${semantics.shape}], [x, y, z] is right`,
    );
  }
  const labels = labelBytes(semantics, { file: `${name}/semantics.npy`, most: occ3d.empty });
  const mask = which === "none"
    ? new Uint8Array(labels.length).fill(1)
    : labelBytes(npz.get(`mask_${which}`), {
      file: `${name}/mask_${which}.npy`,
      most: 1,
      what: "mask",
    });
  if (mask.length !== labels.length) {
    throw unreadable(
      `${name}/mask_${which}.npy`,
      0,
      `it has ${mask.length} voxels, semantics ${labels.length}`,
    );
  }
  return { dims: semantics.shape as [number, number, number], labels, mask };
}
