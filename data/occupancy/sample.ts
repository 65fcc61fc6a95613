import { datasetIn, datasetOf } from "../datasets.ts";
import { rgbPicture } from "../pictures/picture.ts";
import { decodePicture } from "../pictures/read_picture.ts";
import { PhiloxStream } from "../philox.ts";
import { surroundOcc } from "../nuscenes/task.ts";
import { applyGeometry } from "./augmentation.ts";
import { NotFound, readBytes } from "../files/door.ts";
import { dataFile } from "./data_files.ts";
import { drawGeometry, type GeometryRange, type ImageGeometry } from "./image_geometry.ts";
import type { KeyFrame } from "./key_frame.ts";
import { coarsenOccupancy } from "./coarsen.ts";
import { drawPhotometric, PHOTOMETRIC_FLOATS } from "./photometric.ts";
import { projectionMatrices, worldFromLabels } from "./projection.ts";
import type { Matrix4 } from "./rigid.ts";
import { asLearned, type MappedLabels } from "./mapped_labels.ts";
import { countedClasses, type OccupancyTask } from "./task.ts";
import type { ResizeFilter } from "../pictures/resample.ts";

/** Where the files are. */
export type DataRoots = {
  /** Holds samples/. */
  nuscenes: string;
  /** Holds the infos pickles. */
  infos: string;
  /** Holds samples/<lidar file>.npy. */
  labels: string;
};

/** The folders of a folder of data, those that GaussianFormer expects in it unless it is laid out otherwise. */
export function rootsIn(dataDir: string): DataRoots {
  return (datasetIn(dataDir) ?? datasetOf(surroundOcc)).rootsIn(dataDir);
}

/** How files become a sample. */
export type Pipeline = {
  /** What the labels are. */
  task: OccupancyTask;
  geometry: GeometryRange;
  /** Draw photometric distortions in training; the GPU applies them. */
  photometric: boolean;
  /** Resampling where the pictures are resized; default box, the reference uses bicubic. */
  filter?: ResizeFilter;
  /** The set's own labels, where the task is that of a model which learned others. */
  mapped?: MappedLabels;
  /** Fine voxels per coarse voxel for presets with a reduced grid. */
  coarsen?: [number, number, number];
  /** Read labels; default true. */
  labels?: boolean;
};

/** Which random draws a training sample gets: the same three numbers give the same pictures. */
export type Draw = { seed: number; epoch: number; index: number };

/** One key frame as typed arrays, ready for the GPU. */
export type Sample = {
  token: string;
  /** Its scene, its time, and the labels' frame in the world, 4x4, row by row, in doubles. */
  moment: { scene: string; seconds: number; worldFromFrame: Matrix4 };
  /** What the labels are. */
  task: OccupancyTask;
  /** [cameras, H, W, 3] RGB u8, geometry applied, not normalised. */
  images: Uint8Array;
  /** [cameras, 4, 4] lidar to pixels of `images`: (u d, v d, d, 1). */
  projection: Float32Array;
  /** [cameras, 2] width and height of `images`. */
  imageWh: Float32Array;
  /** [cameras, 8] distortion per picture, see `drawPhotometric`; null when none is to be applied. */
  photometric: Float32Array | null;
  /** Voxels per axis of labels and mask, whose index is (x * dims[1] + y) * dims[2] + z. */
  dims: readonly [number, number, number];
  /** Labels of the task; of length 0 when they are not read. */
  labels: Uint8Array;
  /** 1 where the label counts. */
  mask: Uint8Array;
  /** Whether any label names a class, neither free space nor what is ignored. */
  namesClass: boolean;
  /** What was done to each picture. */
  geometries: readonly ImageGeometry[];
};

/**
 * Loads one key frame: its pictures through one geometry, their projections, the labels. With `draw` it is
 * a training sample, without the evaluation's. Every error names the file that it is about.
 */
export async function loadSample(
  frame: KeyFrame,
  roots: DataRoots,
  pipeline: Pipeline,
  draw?: Draw,
): Promise<Sample> {
  const [width, height] = pipeline.geometry.imageSize;
  const cameras = inOrder(frame, pipeline.mapped?.task ?? pipeline.task);
  const pixels = width * height * 3;
  const random = draw && new PhiloxStream(draw.seed, 3, draw.epoch, draw.index);
  const images = new Uint8Array(cameras.length * pixels);
  const flips = draw && pipeline.geometry.flip === "each"
    ? new PhiloxStream(draw.seed, 7, draw.epoch, draw.index)
    : null;
  const geometries: ImageGeometry[] = [];
  // Of cameras of other sizes the same draws make another geometry.
  const bySize = new Map<string, ImageGeometry>();
  for (const [i, camera] of cameras.entries()) {
    const file = dataFile(roots.nuscenes, camera.file);
    const image = rgbPicture(await decodePicture(picturedBytes(file), file));
    const size: [number, number] = [image.width, image.height];
    const [cx, cy] = [camera.intrinsic[2]!, camera.intrinsic[5]!];
    if (!(cx > 0 && cy > 0 && cx < image.width && cy < image.height)) {
      throw new RangeError(
        `Cannot use "${file}": it has ${
          size.join("x")
        } pixels, its calibration is for others, whose ` +
          `principal point is (${cx}, ${cy})`,
      );
    }
    const drawn = i === 0 ? random : draw && new PhiloxStream(draw.seed, 3, draw.epoch, draw.index);
    const geometry = bySize.get(size.join()) ?? drawGeometry(pipeline.geometry, size, drawn);
    bySize.set(size.join(), geometry);
    geometries.push(flips ? { ...geometry, flip: flips.coin() } : geometry);
    applyGeometry(image, geometries[i]!, {
      out: images.subarray(i * pixels, (i + 1) * pixels),
      filter: pipeline.filter ?? "box",
    });
  }
  const photometric = random && pipeline.photometric
    ? Float32Array.from(cameras.flatMap(() => drawPhotometric(random)))
    : null;
  return {
    token: frame.token,
    moment: {
      scene: frame.sceneToken,
      seconds: frame.timestamp / 1e6,
      worldFromFrame: worldFromLabels(frame, pipeline.task.frame),
    },
    task: pipeline.task,
    images,
    projection: projectionMatrices({ ...frame, cameras }, geometries, pipeline.task.frame),
    imageWh: Float32Array.from(cameras.flatMap(() => [width, height])),
    photometric,
    geometries,
    ...await loadLabels(frame, roots, pipeline),
  };
}

/** The cameras that a task names, in its order. */
export function inOrder({ token, cameras }: KeyFrame, task: OccupancyTask): KeyFrame["cameras"] {
  return task.cameras.map((name, i) => {
    const found = cameras[i]?.name === name ? cameras[i] : cameras.find((one) => one.name === name);
    if (found) return found;
    throw new RangeError(
      `Cannot use key frame "${token}": it has no camera "${name}", those it has are ${
        cameras.map((one) => one.name).join(", ") || "none"
      }`,
    );
  });
}

async function loadLabels(
  frame: KeyFrame,
  roots: DataRoots,
  { task, mapped, labels = true, coarsen }: Pipeline,
): Promise<Pick<Sample, "dims" | "labels" | "mask" | "namesClass">> {
  if (!labels) {
    return {
      dims: [0, 0, 0],
      labels: new Uint8Array(0),
      mask: new Uint8Array(0),
      namesClass: false,
    };
  }
  const of = mapped?.task ?? task;
  const read = await datasetOf(of).readLabels(frame, roots, of);
  const fine = mapped ? asLearned(read, mapped, task) : read;
  const { dims, labels: values, mask } = coarsen
    ? coarsenOccupancy(fine.labels, fine.dims, coarsen, task, fine.mask)
    : fine;
  const counted = new Set(countedClasses(task));
  return { dims, labels: values, mask, namesClass: values.some((label) => counted.has(label)) };
}

/** Bytes that one sample holds in memory, exactly, and so what a prefetch of it costs. */
export function sampleBytes(
  { task, geometry, photometric, labels = true, coarsen }: Pipeline,
): number {
  const [width, height] = geometry.imageSize;
  const fine = task.grid.dims.reduce((product, size) => product * size, 1);
  const cameras = task.cameras.length;
  const voxels = labels ? fine / (coarsen ?? [1, 1, 1]).reduce((a, b) => a * b) : 0;
  const floats = cameras * (16 + 2 + (photometric ? PHOTOMETRIC_FLOATS : 0));
  return cameras * width * height * 3 + 2 * voxels + 4 * floats;
}

function picturedBytes(file: string): Uint8Array {
  try {
    return readBytes(file);
  } catch (cause) {
    const why = cause instanceof NotFound ? "there is no such file" : `${cause}`;
    throw new Error(`Cannot read "${file}": ${why}`, { cause });
  }
}
