import { basename, join, resolve } from "@std/path";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { dropUnusable } from "../../data/splats/usable.ts";
import { encodeSplats } from "../../data/splats/write_splats.ts";
import { readGaussianArrays } from "../occupancy/view/gaussian_arrays_file.ts";
import { gaussianSplats } from "../occupancy/view/gaussian_splats.ts";
import { viewOccupancyFile } from "./viewed_occupancy.ts";
import { viewVoxels } from "./viewed_voxels.ts";
import { fileStamp } from "./file_stamp.ts";
import { emptyState, type Viewed } from "./viewed.ts";

/** An npz by what lies in it: voxels of `splat voxelize`, a model's Gaussians, or a key frame. */
export function viewNpz(path: string): Viewed {
  const npz = readNpz(path);
  if (npz.has("occupied")) return viewVoxels(path);
  return npz.has("means") && npz.has("scales") ? viewGaussians(path) : viewOccupancyFile(path);
}

/** Gaussians that `visualize` or `predict` wrote as arrays, in the colours of their classes. */
function viewGaussians(path: string): Viewed {
  const title = basename(resolve(path));
  const make = () => {
    // The key frame that they belong to lies beside them and knows its classes.
    const frame = join(path, "..", title.replace(/_gaussian\.npz$/, ".npz"));
    const { arrays, task } = readGaussianArrays(path, fileStamp(frame) === null ? null : frame);
    return dropUnusable(gaussianSplats(arrays, task));
  };
  make(); // says what is wrong with it
  return {
    state: () => ({
      ...emptyState("splats", title),
      items: [{ id: "0", label: title, version: fileStamp(path) ?? "" }],
    }),
    resource: async ([id, ...rest]) =>
      id === "0" && !rest.length
        ? { type: "application/octet-stream", body: await encodeSplats(make(), "ply") }
        : null,
    close() {},
  };
}
