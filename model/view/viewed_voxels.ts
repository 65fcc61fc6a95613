import { basename, resolve } from "@std/path";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import { labelBytes, narrowed } from "../../data/occupancy/label_bytes.ts";
import { fileStamp } from "./file_stamp.ts";
import { emptyState, type Viewed } from "./viewed.ts";

const OCCUPIED = { name: "occupied", colour: [120, 150, 190] as const };
const EMPTY = 255;

/** Voxels of trained Gaussians in their colours, as `splat voxelize` writes them to an npz. */
export function viewVoxels(path: string): Viewed {
  const title = basename(resolve(path));
  readVoxels(path); // says what is wrong with it
  const item = () => ({ id: "0", label: title, version: fileStamp(path) ?? "" });
  return {
    state: () => ({ ...emptyState("occupancy", title), items: [item()], classes: [OCCUPIED] }),
    resource([id, part, ...rest]) {
      if (id !== "0" || rest.length) return Promise.resolve(null);
      const { about, labels, colours } = readVoxels(path);
      const parts: Readonly<Record<string, Uint8Array | null>> = {
        about: new TextEncoder().encode(JSON.stringify(about)),
        prediction: labels,
        colours,
      };
      const body = Object.hasOwn(parts, part ?? "") ? parts[part!] : null;
      const type = part === "about" ? "application/json" : "application/octet-stream";
      return Promise.resolve(body ? { type, body } : null);
    },
    close() {},
  };
}

/** Labels and colours with z up; files of splats have x to the right, y down and z ahead. */
function readVoxels(path: string) {
  const npz = readNpz(path);
  const occupied = npz.get("occupied");
  const [nx = 0, ny = 0, nz = 0] = occupied.shape;
  if (occupied.shape.length !== 3) {
    throw new RangeError(
      `Cannot show "${path}": "occupied" has shape [${
        occupied.shape.join(", ")
      }], [X, Y, Z] is right`,
    );
  }
  const is = labelBytes(occupied, { file: `${path}/occupied.npy`, most: 1 });
  const colors = npz.has("colors") ? npz.get("colors") : null;
  if (colors && (colors.data.length !== 3 * is.length || !(colors.data instanceof Uint8Array))) {
    throw new RangeError(
      `Cannot show "${path}": "colors" has shape [${
        colors.shape.join(", ")
      }], bytes [${nx}, ${ny}, ${nz}, 3] are right`,
    );
  }
  const given = colors?.data as Uint8Array | undefined;
  const labels = new Uint8Array(is.length);
  const colours = given ? new Uint8Array(given.length) : null;
  let to = 0;
  for (let x = 0; x < nx; x++) {
    for (let z = 0; z < nz; z++) {
      for (let y = ny - 1; y >= 0; y--, to++) {
        const from = (x * ny + y) * nz + z;
        labels[to] = is[from] ? 0 : EMPTY;
        if (given) { for (let k = 0; k < 3; k++) colours![3 * to + k] = given[3 * from + k]!; }
      }
    }
  }
  const [x0, y0, z0, x1, y1, z1] = Array.from(narrowed(npz.get("range"), path).data) as [
    ...[number, number, number, number, number, number],
  ];
  return {
    labels,
    colours,
    about: {
      dims: [nx, nz, ny],
      range: [x0, z0, -y1, x1, z1, -y0],
      truth: false,
      gaussians: false,
      cameras: [],
      colours: colours !== null,
      unit: "", // of Gaussians trained on photos nobody knows the scale
    },
  };
}
