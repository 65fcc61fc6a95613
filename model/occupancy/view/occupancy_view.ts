import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { Colour, OccupancyTask } from "../../../data/occupancy/task.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { rasterizeMeasured } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import type { Stage } from "../../../gpu/ops/view/stage.ts";
import { ellipsoidView } from "../../../gpu/ops/view/ellipsoid_view.ts";
import { type ViewCamera, type ViewGrid, voxelView } from "../../../gpu/ops/view/voxel_view.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { gaussianClasses } from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import { rasterCameraOf } from "./view_cameras.ts";

/** What an error map tells apart, with its colours. */
export const ERRORS: readonly { readonly name: string; readonly colour: Colour }[] = [
  { name: "right class", colour: [170, 178, 189] },
  { name: "missed", colour: [38, 98, 217] },
  { name: "invented", colour: [222, 60, 50] },
  { name: "wrong class", colour: [245, 166, 35] },
];
const NOTHING = 255;
// Behind what is drawn: white buildings and dark pavements show on it.
const BACKDROP = [0.8, 0.83, 0.87] as const;

/** Indices into `ERRORS` for each voxel, 255 where nothing is or the truth is not known. */
export function errorMap(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  { empty, ignored }: Pick<OccupancyTask, "empty" | "ignored">,
): Uint32Array {
  const errors = new Uint32Array(truth.length);
  for (let i = 0; i < errors.length; i++) {
    const [is, was] = [prediction[i]!, truth[i]!];
    if (ignored.includes(was)) errors[i] = NOTHING;
    else if (is === was) errors[i] = was === empty ? NOTHING : 0;
    else if (is === empty) errors[i] = 1;
    else errors[i] = was === empty ? 2 : 3;
  }
  return errors;
}

/** A picture of labelled voxels on the ground; labels past the palette are empty. */
export async function voxelPicture(
  gpu: Gpu,
  labels: ArrayLike<number>,
  { grid, camera, stage, palette, samples = 2 }: {
    readonly grid: ViewGrid;
    readonly camera: ViewCamera;
    readonly stage?: Stage;
    /** RGB bytes by label. */
    readonly palette: readonly Colour[];
    /** Rays of a pixel along each axis. */
    readonly samples?: number;
  },
): Promise<RgbPicture> {
  using _scope = gpu.scope();
  const colours = Float32Array.from(palette.flat()).map((value) => value / 255);
  const picture = voxelView(
    Tensor.from(gpu, Uint32Array.from(labels)),
    Tensor.from(gpu, colours, [palette.length, 3]),
    { grid, camera, stage, samples, background: BACKDROP },
  );
  return await withoutAlpha(picture);
}

/** A picture of Gaussians as lit ellipsoids of so many standard deviations, in the colours of their classes. */
export async function ellipsoidPicture(
  gpu: Gpu,
  gaussians: GaussianArrays,
  { camera, stage, radii, palette, samples = 2 }: {
    readonly camera: ViewCamera;
    readonly stage?: Stage;
    readonly radii: number;
    /** RGB bytes by label. */
    readonly palette: readonly Colour[];
    /** Rays of a pixel along each axis. */
    readonly samples?: number;
  },
): Promise<RgbPicture> {
  using _scope = gpu.scope();
  const { means, scales, rotations, opacities } = gaussians;
  const colours = new Float32Array(4 * means.length / 3);
  gaussianClasses(gaussians).forEach((label, i) => {
    const alpha = opacities.length ? opacities[i]! : 1;
    colours.set([...(palette[label] ?? [0, 0, 0]).map((value) => value / 255), alpha], 4 * i);
  });
  const ellipsoids = { means, radii: scales.map((scale) => scale * radii), rotations, colours };
  const view = ellipsoidView(gpu, ellipsoids, { camera, stage, samples, background: BACKDROP });
  return await withoutAlpha(view);
}

/** A picture of splats on white; a camera of a picture or one of the views. */
export async function splatPicture(
  gpu: Gpu,
  splats: Splats,
  camera: ViewCamera | RasterCamera,
): Promise<RgbPicture> {
  const { width, height } = camera;
  const data = new Uint8Array(3 * width * height).fill(255);
  if (splats.count) {
    using _scope = gpu.scope();
    const { count } = splats;
    const { image } = await rasterizeMeasured(
      {
        means: Tensor.from(gpu, splats.positions, [count, 3]),
        scales: Tensor.from(gpu, splats.logScales, [count, 3]),
        rotations: Tensor.from(gpu, splats.quaternions, [count, 4]),
        opacities: Tensor.from(gpu, splats.opacities, [count]),
        harmonics: {
          dc: Tensor.from(gpu, splats.shDc, [count, 3]),
          rest: null,
          degree: 0,
        },
        raw: true,
      },
      "view" in camera ? camera : rasterCameraOf(camera),
      { background: [1, 1, 1] },
    );
    const planes = await image.read("f32");
    const pixels = width * height;
    for (let i = 0; i < pixels; i++) {
      for (let k = 0; k < 3; k++) {
        data[3 * i + k] = Math.round(255 * Math.min(1, Math.max(0, planes[k * pixels + i]!)));
      }
    }
  }
  return { width, height, channels: 3, data };
}

async function withoutAlpha(picture: Tensor): Promise<RgbPicture> {
  const [height, width] = picture.shape as [number, number];
  const rgba = new Uint8Array((await picture.read("u32")).buffer);
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    data[3 * i] = rgba[4 * i]!;
    data[3 * i + 1] = rgba[4 * i + 1]!;
    data[3 * i + 2] = rgba[4 * i + 2]!;
  }
  return { width, height, channels: 3, data };
}
