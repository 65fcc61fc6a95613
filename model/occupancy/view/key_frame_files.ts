import { encodeGlb } from "../../../data/formats/glb.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { encodePly } from "../../../data/formats/ply.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import { drawnColours, drawnLabels, type OccupancyTask } from "../../../data/occupancy/task.ts";
import { voxelMeshes } from "../../../data/occupancy/voxel_mesh.ts";
import { voxelPly } from "../../../data/occupancy/voxel_ply.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { type GaussianArrays, gaussianSplats } from "./gaussian_splats.ts";
import { type Seen, type Shown, viewGridOf } from "./layers.ts";
import { splatPicture } from "./occupancy_view.ts";
import { pictureCamera } from "./view_cameras.ts";

/** A picture, or the bytes of another file, by its name. */
export type NamedFile = readonly [name: string, content: RgbPicture | Uint8Array];

/** The pictures as the network sees them, left to right as one looks around. */
export function photosOf({ images, imageWh, task }: Sample): RgbPicture[] {
  const [width, height] = [imageWh[0]!, imageWh[1]!];
  const pixels = 3 * width * height;
  return task.around.flat().map((camera) => ({
    width,
    height,
    channels: 3,
    data: images.subarray(camera * pixels, (camera + 1) * pixels),
  }));
}

/** The Gaussians drawn by the 3DGS rasteriser from where the pictures were taken. */
export async function splatPhotosOf(
  gpu: Gpu,
  { projection, imageWh, task }: Sample,
  { gaussians }: Seen,
  { minOpacity }: Shown,
): Promise<RgbPicture[]> {
  const splats = gaussianSplats(gaussians, task, { minOpacity: minOpacity ?? 0 });
  const pictures: RgbPicture[] = [];
  for (const camera of task.around.flat()) {
    const matrix = projection.subarray(16 * camera, 16 * camera + 16);
    const size = [imageWh[2 * camera]!, imageWh[2 * camera + 1]!] as const;
    pictures.push(await splatPicture(gpu, splats, pictureCamera(matrix, size)));
  }
  return pictures;
}

/** Pictures of the cameras by name. */
export function cameraFiles(
  pictures: readonly RgbPicture[],
  { cameras, around }: OccupancyTask,
  nameOf: (camera: string) => string,
) {
  const names = around.flat().map((camera) => cameras[camera]!);
  return pictures.map((picture, i): NamedFile => [nameOf(names[i]!), picture]);
}

/** Voxels for other programs: GLB with a mesh for each class, PLY with a point for each voxel. */
export function* voxelFiles(stem: string, { labels, prediction }: Seen, { config }: Shown) {
  const { dims, origin, cell } = viewGridOf(config);
  const grid = {
    dims,
    origin,
    cell,
    palette: drawnColours(config.task),
    names: config.task.classes,
  };
  for (const [name, values] of [["gt", labels], ["pred", prediction]] as const) {
    const voxels = { ...grid, labels: drawnLabels(values, config.task) };
    yield [`${stem}_${name}.glb`, encodeGlb(voxelMeshes(voxels))] satisfies NamedFile;
    yield [`${stem}_${name}.ply`, encodePly(voxelPly(voxels))] satisfies NamedFile;
  }
}

/** Everything that the model says of its Gaussians, in the lidar frame. */
export function gaussianArraysFile(gaussians: GaussianArrays): Uint8Array {
  const count = gaussians.means.length / 3;
  const array = (data: Float32Array): NdArray => ({
    dtype: "float32",
    shape: [count, count ? data.length / count : 0],
    data,
  });
  const { means, scales, rotations, opacities, semantics } = gaussians;
  return writeNpz({
    means: array(means),
    scales: array(scales),
    rotations: array(rotations),
    opacities: array(opacities),
    semantics: array(semantics),
  });
}

/** The bytes of a file's content. */
export function bytesOf(content: RgbPicture | Uint8Array): Uint8Array {
  return content instanceof Uint8Array ? content : encodePng(content);
}
