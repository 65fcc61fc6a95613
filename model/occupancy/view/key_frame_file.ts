import { writeAtomically } from "../../../data/files/atomic_file.ts";
import type { AnyArray, NdArray, TextArray } from "../../../data/formats/nd_array.ts";
import { readNpz, writeNpz } from "../../../data/formats/numpy/npz.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { gridRange, type OccupancyTask } from "../../../data/occupancy/task.ts";
import { labelBytes, narrowed } from "../../../data/occupancy/label_bytes.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";

/** Occupancy of a key frame on the host, as its npz file holds it. */
export interface KeyFrameFile {
  /** Voxels per axis; labels have x slowest, then y, then z. */
  readonly dims: readonly [number, number, number];
  /** What the labels are; SurroundOcc's where the file does not say. */
  readonly task: OccupancyTask;
  /** Low corner of the grid, then the high one, metres in the labels' frame. */
  readonly range: readonly number[];
  readonly prediction: Uint8Array;
  /** Null where it was not known. */
  readonly truth: Uint8Array | null;
  /** Small pictures of the cameras, in the network's order; none where they were not kept. */
  readonly pictures: readonly RgbPicture[];
}

// Six of them fill a screen's width; the camera's own would make files of many megabytes.
const WIDEST_PICTURE = 480;

/** The arrays of a key frame's npz: "semantics", "range", "task" as JSON, and where
 * given "truth" and "images". */
export function keyFrameArrays(
  { image, occupancy, task }: Pick<ModelConfig, "image" | "occupancy" | "task">,
  { prediction, truth, images }: {
    readonly prediction: ArrayLike<number>;
    readonly truth?: ArrayLike<number> | null;
    /** [cameras, H, W, 3] bytes in the size of the network's pictures. */
    readonly images?: Uint8Array | null;
  },
): Record<string, NdArray | TextArray> {
  const shape = gridDims(occupancy);
  const bytes = (data: ArrayLike<number>): NdArray => ({
    dtype: "uint8",
    shape,
    data: data instanceof Uint8Array ? data : Uint8Array.from(data),
  });
  return {
    semantics: bytes(prediction),
    range: { dtype: "float32", shape: [6], data: Float32Array.from(occupancy.range) },
    task: { dtype: "str", shape: [1], data: [JSON.stringify(task)] },
    ...(truth ? { truth: bytes(truth) } : {}),
    ...(images ? { images: smallPictures(images, image, task.cameras.length) } : {}),
  };
}

/** Writes what is to be seen of a key frame; the file is whole or not there. */
export function writeKeyFrame(
  path: string,
  config: Pick<ModelConfig, "image" | "occupancy" | "task">,
  content: Parameters<typeof keyFrameArrays>[1],
): void {
  writeAtomically(path, writeNpz(keyFrameArrays(config, content), { compress: true }));
}

/** Reads the npz of a key frame, one of `predict` too. */
export function readKeyFrame(path: string): KeyFrameFile {
  const npz = readNpz(path);
  const labels = (name: string) => {
    const array = npz.get(name);
    const { shape } = array;
    if (shape.length !== 3) {
      throw new RangeError(
        `Cannot show "${path}": "${name}" has shape [${shape.join(", ")}], [X, Y, Z] is right`,
      );
    }
    return { shape, data: labelBytes(array, { file: `${path}/${name}.npy`, most: 255 }) };
  };
  const { shape, data: prediction } = labels("semantics");
  const truth = npz.has("truth") ? labels("truth") : null;
  if (truth && truth.data.length !== prediction.length) {
    throw new RangeError(
      `Cannot show "${path}": "truth" has ${truth.data.length} voxels, "semantics" ${prediction.length}`,
    );
  }
  const task = npz.has("task") ? taskOf(npz.getAny("task"), path) : surroundOcc;
  return {
    dims: shape as [number, number, number],
    task,
    range: npz.has("range")
      ? Array.from(narrowed(npz.get("range"), path).data)
      : gridRange(task.grid),
    prediction,
    truth: truth?.data ?? null,
    pictures: npz.has("images") ? pictures(npz.get("images"), task, path) : [],
  };
}

function taskOf(array: AnyArray, path: string): OccupancyTask {
  const text = "data" in array ? array.data[0] : undefined;
  try {
    return JSON.parse(String(text)) as OccupancyTask;
  } catch (cause) {
    throw new SyntaxError(`Cannot show "${path}": "task" is not JSON`, { cause });
  }
}

function pictures(
  { shape, data }: NdArray,
  { cameras }: OccupancyTask,
  path: string,
): RgbPicture[] {
  const [count = 0, height = 0, width = 0, channels] = shape;
  if (count !== cameras.length || channels !== 3 || !(data instanceof Uint8Array)) {
    throw new RangeError(
      `Cannot show "${path}": "images" has shape [${
        shape.join(", ")
      }], bytes [${cameras.length}, H, W, 3] are right`,
    );
  }
  const size = 3 * width * height;
  return cameras.map((_, i) => ({
    width,
    height,
    channels: 3,
    data: data.subarray(i * size, (i + 1) * size),
  }));
}

/** Means over whole blocks of pixels, so that no picture is wider than need be. */
function smallPictures(
  images: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  count: number,
): NdArray {
  const block = Math.ceil(width / WIDEST_PICTURE);
  const [columns, rows] = [Math.floor(width / block), Math.floor(height / block)];
  const data = new Uint8Array(count * rows * columns * 3);
  const area = block * block;
  let at = 0;
  for (let camera = 0; camera < count; camera++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let v = 0; v < block; v++) {
            const line = (camera * height + row * block + v) * width + column * block;
            for (let u = 0; u < block; u++) sum += images[3 * (line + u) + channel]!;
          }
          data[at++] = Math.round(sum / area);
        }
      }
    }
  }
  return { dtype: "uint8", shape: [count, rows, columns, 3], data };
}
