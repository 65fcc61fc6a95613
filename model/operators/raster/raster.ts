import type { Gpu } from "../../../gpu/device.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { RasterInputs } from "../../../gpu/ops/gaussian/rasterize/inputs.ts";
import {
  countPairs,
  drawPairs,
  drawSplats,
  rasterizeBackward,
  type RasterOptions,
  type RasterState,
} from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import {
  type Arrays,
  checkInputs,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "../operator.ts";

/**
 * The rasteriser of 3DGS with the square of 3 sigma that the original lists Gaussians by, so that
 * its intermediate arrays can be compared; `grad_*` are the gradients of the original kernels,
 * `true_grad_*` the derivatives.
 */
export const raster: Operator = {
  name: "raster",
  summary: "3D Gaussians to a picture and inverse depth, with gradients by all inputs",
  inputs: {
    means: { axes: ["gaussians", 3] },
    opacities: { axes: ["gaussians"] },
    shs: { axes: ["gaussians", "coefficients", 3], optional: true },
    colors_precomp: { axes: ["gaussians", 3], optional: true },
    scales: { axes: ["gaussians", 3], optional: true },
    rotations: { axes: ["gaussians", 4], optional: true },
    cov3D_precomp: { axes: ["gaussians", 6], optional: true },
    view: { axes: [4, 4] },
    proj: { axes: [4, 4] },
    campos: { axes: [3] },
    bg: { axes: [3] },
    tanfov: { axes: [2] },
    image_wh: { axes: [2], integer: true },
    degree: { axes: [1], integer: true, optional: true },
    scale_modifier: { axes: [1], optional: true },
    antialiasing: { axes: [1], integer: true, optional: true },
    dL_dcolor: { axes: [3, "height", "width"], optional: true },
    dL_dinvdepth: { axes: [1, "height", "width"], optional: true },
  },
  async run(gpu, inputs) {
    const { width, height } = checkInputs(raster, inputs);
    const camera = cameraOf(inputs);
    if ((width ?? camera.width) !== camera.width || (height ?? camera.height) !== camera.height) {
      throw new RangeError(
        `Cannot run raster: the upstream gradients are ${width} x ${height}, "image_wh" is ${camera.width} x ${camera.height}`,
      );
    }
    using _scope = gpu.scope();
    const gaussians = gaussiansOf(gpu, inputs);
    const options: RasterOptions = {
      background: fewNumbers(inputs.bg!) as [number, number, number],
      scaleModifier: inputs.scale_modifier?.data[0] ?? 1,
      antialiasing: inputs.antialiasing?.data[0] === 1,
      tiles: "rectangle",
    };
    const splats = drawSplats(gaussians, camera, options);
    const pairs = await countPairs(splats);
    const state = drawPairs(splats, camera, { ...options, capacity: Math.max(1, pairs) });
    const outputs = {
      ...await pictures(state, pairs),
      ...await records(state, inputs, options.scaleModifier!),
    };
    if (!inputs.dL_dcolor && !inputs.dL_dinvdepth) return outputs;
    const upstream = {
      dimage: inputs.dL_dcolor ? upload(gpu, inputs.dL_dcolor) : null,
      dinverseDepth: inputs.dL_dinvdepth ? upload(gpu, inputs.dL_dinvdepth) : null,
      covariances: true,
    };
    for (const [prefix, kind] of [["grad_", "reference"], ["true_grad_", "exact"]] as const) {
      using _one = gpu.scope();
      const gradients = rasterizeBackward(gaussians, camera, state, {
        ...options,
        ...upstream,
        gradients: kind,
      });
      for (const [key, array] of Object.entries(await named(gradients, state, inputs))) {
        outputs[prefix + key] = array;
      }
    }
    return outputs;
  },
};

function cameraOf({ image_wh, tanfov, view, proj, campos }: Arrays): RasterCamera {
  return {
    width: image_wh!.data[0]!,
    height: image_wh!.data[1]!,
    tangents: [tanfov!.data[0]!, tanfov!.data[1]!],
    view: view!.data,
    projection: proj!.data,
    position: campos!.data,
  };
}

function gaussiansOf(gpu: Gpu, inputs: Arrays): RasterInputs {
  const tensor = (key: string) => inputs[key] ? upload(gpu, inputs[key]!) : null;
  const { shs, degree } = inputs;
  return {
    means: tensor("means")!,
    opacities: tensor("opacities")!,
    scales: tensor("scales"),
    rotations: tensor("rotations"),
    covariances: tensor("cov3D_precomp"),
    colours: tensor("colors_precomp"),
    harmonics: shs
      ? {
        dc: upload(gpu, coefficients(shs, 0, 1, [shs.shape[0]!, 3])),
        rest: shs.shape[1]! > 1
          ? upload(gpu, coefficients(shs, 1, shs.shape[1]!, [shs.shape[0]!, shs.shape[1]! - 1, 3]))
          : null,
        degree: degree?.data[0] ?? Math.sqrt(shs.shape[1]!) - 1,
      }
      : null,
  };
}

/** Coefficients `from` to `to` of all Gaussians. */
function coefficients({ shape, data }: HostArray, from: number, to: number, wanted: number[]) {
  const [gaussians, count] = shape as [number, number, number];
  const picked = new Float32Array(3 * gaussians * (to - from));
  for (let g = 0, at = 0; g < gaussians; g++) {
    for (let k = 3 * (g * count + from); k < 3 * (g * count + to); k++) picked[at++] = data[k]!;
  }
  return { shape: wanted, data: picked };
}

/** Per pixel, and the list of pairs. */
async function pictures(
  state: RasterState,
  pairs: number,
): Promise<Record<string, HostArray>> {
  const owners = await state.owners.read("u32");
  const sorted = await state.pairs.read("u32");
  return {
    out_color: await download(state.image),
    out_invdepth: await download(state.inverseDepth),
    out_final_T: await download(state.remaining),
    out_n_contrib: integers(await state.depthOfList.read("u32"), state.depthOfList.shape),
    out_num_rendered: integers([pairs], [1]),
    out_point_list: integers(sorted.slice(0, pairs).map((pair) => owners[pair]!), [pairs]),
  };
}

/** Per Gaussian. */
async function records(
  state: RasterState,
  inputs: Arrays,
  scaleModifier: number,
): Promise<Record<string, HostArray>> {
  const places = await state.places.read("f32");
  const shapes = await state.shapes.read("f32");
  const colours = await state.colours.read("f32");
  const radii = await state.radii.read("i32");
  const count = radii.length;
  const pick = (width: number, value: (i: number, k: number) => number): Float32Array =>
    Float32Array.from(
      { length: count * width },
      (_, at) => value(Math.floor(at / width), at % width),
    );
  const flag = (i: number, k: number) => (colours[4 * i + 3]! >> k) & 1;
  return {
    out_radii: integers(radii, [count]),
    out_tiles_touched: integers(await state.touched.read("u32"), [count]),
    out_depths: { shape: [count], data: pick(1, (i) => shapes[4 * i + 3]!) },
    out_means2D: { shape: [count, 2], data: pick(2, (i, k) => places[4 * i + k]!) },
    out_conic_opacity: {
      shape: [count, 4],
      data: pick(4, (i, k) => k < 2 ? places[4 * i + 2 + k]! : shapes[4 * i + k - 2]!),
    },
    ...inputs.shs && {
      out_rgb: { shape: [count, 3], data: pick(3, (i, k) => colours[4 * i + k]!) },
      out_clamped: integers(Int32Array.from(pick(3, flag)), [count, 3]),
    },
    ...inputs.scales && { out_cov3D: covariances(inputs, radii, scaleModifier) },
  };
}

/** The kernels make covariances anew wherever they need them and keep none; these are theirs in f64. */
function covariances(
  { scales, rotations }: Arrays,
  radii: Int32Array,
  scaleModifier: number,
): HostArray {
  const data = new Float32Array(6 * radii.length);
  for (let i = 0; i < radii.length; i++) {
    if (!radii[i]) continue;
    const [w, x, y, z] = [0, 1, 2, 3].map((k) => rotations!.data[4 * i + k]!) as [
      number,
      number,
      number,
      number,
    ];
    const s = [0, 1, 2].map((k) => scaleModifier * scales!.data[3 * i + k]!);
    const rows = [
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ];
    let at = 6 * i;
    for (let a = 0; a < 3; a++) {
      for (let b = a; b < 3; b++) {
        data[at++] = s.reduce((sum, scale, k) => sum + rows[a]![k]! * rows[b]![k]! * scale ** 2, 0);
      }
    }
  }
  return { shape: [radii.length, 6], data };
}

async function named(
  gradients: ReturnType<typeof rasterizeBackward>,
  { touched }: RasterState,
  inputs: Arrays,
): Promise<Record<string, HostArray>> {
  const count = touched.size;
  const listed = await touched.read("u32");
  const sums = await gradients.sums.read("f32");
  const pick = (width: number, value: (i: number, k: number) => number): HostArray => ({
    shape: [count, width],
    data: Float32Array.from({ length: count * width }, (_, at) => {
      const i = Math.floor(at / width);
      return listed[i] ? value(i, at % width) : 0;
    }),
  });
  const screen = await gradients.dscreen.read("f32");
  const optional = async (key: string, tensor: Tensor | null) =>
    tensor ? { [key]: await download(tensor) } : {};
  return {
    means: await download(gradients.dmeans),
    means2D: pick(3, (i, k) => k < 2 ? screen[2 * i + k]! : 0),
    opacities: await download(gradients.dopacities),
    colors: pick(3, (i, k) => sums[12 * i + 8 + k]!),
    // The original keeps half of the off-diagonal entry, and a third column that nobody fills.
    conic: pick(
      4,
      (i, k) =>
        k === 0
          ? sums[12 * i + 4]!
          : k === 1
          ? 0.5 * sums[12 * i + 5]!
          : k === 2
          ? 0
          : sums[12 * i + 6]!,
    ),
    ...await optional("scales", gradients.dscales),
    ...await optional("rotations", gradients.drotations),
    ...await optional("cov3D", gradients.dcovariances),
    ...inputs.shs && { shs: await harmonicGradients(gradients, inputs.shs.shape) },
  };
}

async function harmonicGradients(
  { ddc, drest }: ReturnType<typeof rasterizeBackward>,
  shape: readonly number[],
): Promise<HostArray> {
  const [count, coefficients] = shape as [number, number, number];
  const base = await ddc!.read("f32");
  const rest = drest ? await drest.read("f32") : new Float32Array(0);
  const width = 3 * coefficients;
  return {
    shape,
    data: Float32Array.from({ length: count * width }, (_, at) => {
      const [i, k] = [Math.floor(at / width), at % width];
      return k < 3 ? base[3 * i + k]! : rest[i * (width - 3) + k - 3]!;
    }),
  };
}

function integers(data: ArrayLike<number>, shape: readonly number[]): HostArray {
  return { shape, data: Int32Array.from(data) };
}
