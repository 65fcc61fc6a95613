import { readNpy } from "../formats/numpy/npy.ts";
import { readPly } from "../formats/ply.ts";
import { unreadable } from "../formats/unreadable.ts";
import { narrowed } from "../occupancy/label_bytes.ts";

/** Lidar points: rows of so many numbers, of which the first are x, y and z in metres. */
export interface LidarPoints {
  readonly numbers: Float32Array;
  readonly stride: number;
}

// nuScenes' `.pcd.bin` has five floats a point, the `.bin` of Velodyne, KITTI and others four.
const NUSCENES_FLOATS = 5, VELODYNE_FLOATS = 4;

/** Reads lidar points of a `.npy` [N, 3 or more], a PLY, a `.bin` of four floats a point or nuScenes' `.pcd.bin` of five. */
export function readLidarPoints(file: string): LidarPoints {
  const bytes = Deno.readFileSync(file);
  const points = file.endsWith(".npy")
    ? ofNpy(bytes, file)
    : file.endsWith(".ply")
    ? ofPly(bytes, file)
    : file.endsWith(".bin")
    ? ofFloats(bytes, file, file.endsWith(".pcd.bin") ? NUSCENES_FLOATS : VELODYNE_FLOATS)
    : null;
  if (!points) throw unreadable(file, 0, "lidar points are .npy, .ply, .bin or .pcd.bin");
  const { numbers, stride } = points;
  if (numbers.length === 0) throw unreadable(file, 0, "it holds no points");
  for (let i = 0; i < numbers.length; i++) {
    if (i % stride < 3 && !Number.isFinite(numbers[i])) {
      throw unreadable(
        file,
        0,
        `point ${Math.floor(i / stride)} holds ${numbers[i]}, finite numbers are right`,
      );
    }
  }
  return points;
}

/** Reads a class for each point: whole numbers in a `.npy`, labels of the task or 255 where none is known. */
export function readPointClasses(file: string, count: number, classes: number): Uint8Array {
  const { data } = narrowed(readNpy(Deno.readFileSync(file), { file }), file);
  if (data.length !== count) {
    throw unreadable(file, 0, `it has ${data.length} classes, its sweep has ${count} points`);
  }
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = data[i]!;
    if (!(label >= 0 && label < classes) && label !== 255 || label % 1 !== 0) {
      throw unreadable(
        file,
        0,
        `point ${i} has class ${label}, classes are 0 to ${classes - 1}, 255 is not known`,
      );
    }
    labels[i] = label;
  }
  return labels;
}

function ofNpy(bytes: Uint8Array, file: string): LidarPoints {
  const array = narrowed(readNpy(bytes, { file }), file);
  const { shape, data } = array;
  if (shape.length !== 2 || shape[1]! < 3) {
    throw unreadable(file, 0, `its shape is [${shape}], [N, 3] or more columns are right`);
  }
  const numbers = data instanceof Float32Array
    ? data
    : Float32Array.from({ length: data.length }, (_, i) => data[i]!);
  return { numbers, stride: shape[1]! };
}

function ofPly(bytes: Uint8Array, file: string): LidarPoints {
  const vertex = readPly(bytes, { file }).elements.get("vertex");
  const columns = ["x", "y", "z"].map((name) => {
    const column = vertex?.properties.get(name);
    if (column && !("offsets" in column)) return column;
    throw unreadable(file, 0, `its vertices have no number "${name}"`);
  });
  const numbers = new Float32Array(3 * vertex!.count);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(columns[i % 3]![Math.floor(i / 3)]);
  return { numbers, stride: 3 };
}

function ofFloats(bytes: Uint8Array, file: string, stride: number): LidarPoints {
  if (bytes.length % (4 * stride) !== 0) {
    throw unreadable(
      file,
      bytes.length,
      `it has ${bytes.length} bytes, a multiple of ${4 * stride} is right`,
    );
  }
  return { numbers: new Float32Array(bytes.slice().buffer), stride };
}
