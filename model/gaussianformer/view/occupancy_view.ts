import { encodePng } from "../../../data/formats/png.ts";
import { PALETTE } from "../../../data/nuscenes/pictures.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { rasterizeMeasured } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { type ViewCamera, type ViewGrid, voxelView } from "../../../gpu/ops/view/voxel_view.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { EMPTY } from "../config/config.ts";
import { rasterCameraOf } from "./view_cameras.ts";

type Colour = readonly [number, number, number];

/** What an error map tells apart, with its colours. */
export const ERRORS: readonly { readonly name: string; readonly colour: Colour }[] = [
  { name: "right class", colour: [170, 178, 189] },
  { name: "missed", colour: [38, 98, 217] },
  { name: "invented", colour: [222, 60, 50] },
  { name: "wrong class", colour: [245, 166, 35] },
];
const NOTHING = 255;

/** Indices into `ERRORS` for each voxel, 255 where nothing is or the truth is not known. */
export function errorMap(truth: ArrayLike<number>, prediction: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: truth.length }, (_, i) => {
    const [is, was] = [prediction[i]!, truth[i]!];
    if (was === 0) return NOTHING;
    if (is === was) return was === EMPTY ? NOTHING : 0;
    if (is === EMPTY) return 1;
    return was === EMPTY ? 2 : 3;
  });
}

/** A PNG of labelled voxels; labels past the palette are empty. */
export async function voxelPng(
  gpu: Gpu,
  labels: ArrayLike<number>,
  { grid, camera, palette = PALETTE }: {
    readonly grid: ViewGrid;
    readonly camera: ViewCamera;
    /** RGB bytes by label. */
    readonly palette?: readonly Colour[];
  },
): Promise<Uint8Array> {
  using _scope = gpu.scope();
  const colours = Float32Array.from(palette.flat(), (value) => value / 255);
  const picture = voxelView(
    Tensor.from(gpu, Uint32Array.from(labels)),
    Tensor.from(gpu, colours, [palette.length, 3]),
    { grid, camera },
  );
  const rgba = new Uint8Array((await picture.read("u32")).buffer);
  const { width, height } = camera;
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return encodePng({ width, height, data });
}

/** A PNG of splats on white. */
export async function splatPng(gpu: Gpu, splats: Splats, camera: ViewCamera): Promise<Uint8Array> {
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
          base: Tensor.from(gpu, splats.shDc, [count, 3]),
          rest: null,
          degree: 0,
        },
        raw: true,
      },
      rasterCameraOf(camera),
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
  return encodePng({ width, height, data });
}
