import { readNpy } from "../formats/numpy/npy.ts";
import { unreadable } from "../formats/unreadable.ts";
import { isFile } from "../files/path_kind.ts";
import type { Occupancy } from "../occupancy/coarsen.ts";
import { narrowed } from "../occupancy/label_bytes.ts";
import { classesOfRaw, readInvalid, readRawLabels } from "./raw_voxels.ts";
import { kitti360, UNKNOWN } from "./task.ts";

const { classes, grid: { dims } } = kitti360;

/** Reads SSCBench's `_1_1.npy`: [256, 256, 32] of classes and 255, as float32 or whole numbers. */
export function readPreprocessed(bytes: Uint8Array, file: string): Occupancy {
  const stored = readNpy(bytes, { file });
  if (stored.shape.join() !== dims.join()) {
    throw unreadable(
      file,
      0,
      `its grid is [${stored.shape}], that of ${kitti360.name} is [${dims}]`,
    );
  }
  const { data } = narrowed(stored, file);
  const labels = new Uint8Array(data.length);
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label >= 0 && label < classes.length && label % 1 === 0) mask[i] = 1;
    else if (label !== UNKNOWN) {
      throw unreadable(
        file,
        0,
        `voxel ${i} has class ${label} (${stored.dtype}), classes are 0 to ${
          classes.length - 1
        } and ${UNKNOWN} is ignored`,
      );
    }
    labels[i] = label;
  }
  return { dims, labels, mask };
}

/** Makes the same of a raw `.label` and its `.invalid`. */
export async function readRaw(label: string): Promise<Occupancy> {
  const unseen = label.replace(/\.label$/, ".invalid");
  const ids = readRawLabels(await Deno.readFile(label), label);
  const labels = classesOfRaw(ids, readInvalid(await Deno.readFile(unseen), unseen));
  return { dims, labels, mask: labels.map((value) => Number(value !== UNKNOWN)) };
}

/** Reads a frame's labels: the preprocessed file, else the raw ones; `names` are tried in order. */
export async function readLabelsOf(paths: readonly string[], token: string): Promise<Occupancy> {
  const found = paths.find(isFile);
  if (found === undefined) {
    throw new Deno.errors.NotFound(
      `Cannot read the labels of key frame "${token}": there is neither ${
        paths.map((path) => `"${path}"`).join(" nor ")
      }`,
    );
  }
  if (found.endsWith(".label")) return await readRaw(found);
  return readPreprocessed(await Deno.readFile(found), found);
}
