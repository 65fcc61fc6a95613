import { assert } from "@std/assert";
import type { RasterCamera, RasterLens } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import {
  projectBackward,
  projectGaussians,
} from "../../../gpu/ops/gaussian/rasterize/project/project_gaussians.ts";
import type { Projection } from "../../../gpu/ops/gaussian/rasterize/project/projections/projections.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { assertClose, gpuTest } from "../../support.ts";
import { goldenFiles, readGolden } from "../golden_arrays.ts";

/** The file's camera as the rasteriser takes it. */
function cameraOf(name: string, golden: Record<string, { data: ArrayLike<number> }>): RasterCamera {
  const numbers = (key: string) => Array.from(golden[key]!.data);
  const [width, height] = numbers("image_wh") as [number, number];
  const [fx, fy, cx, cy] = numbers("K") as [number, number, number, number];
  const viewmat = numbers("viewmat");
  const view = Array.from({ length: 16 }, (_, i) => viewmat[4 * (i % 4) + Math.floor(i / 4)]!);
  const position = [0, 1, 2].map((k) =>
    -[0, 1, 2].reduce((sum, row) => sum + viewmat[4 * row + k]! * viewmat[4 * row + 3]!, 0)
  );
  const tangents = fx ? [width / (2 * fx), height / (2 * fy)] as const : [1, 1] as const;
  const centre = [2 * cx / width - 1, 2 * cy / height - 1] as const;
  const projection = [0, 1, 2, 3].flatMap((row) => {
    const [x, y, z] = view.slice(4 * row, 4 * row + 3) as [number, number, number];
    return [x / tangents[0] + centre[0] * z, y / tangents[1] + centre[1] * z, z, z];
  });
  const camera = { width, height, tangents, centre, view, projection, position };
  if (name === "pinhole") return camera;
  const d = [...numbers("dist"), ...new Array(12).fill(0)];
  const [xmin, xmax, ymin, ymax] = golden.jac_limits
    ? numbers("jac_limits") as [number, number, number, number]
    : [0, 0, 0, 0];
  const rim = golden.max_angle ? numbers("max_angle")[0]! : Math.PI;
  const plain = {
    focal: [fx, fy],
    centre: [cx, cy],
    radial: [0, 0, 0, 0],
    divisor: [0, 0, 0],
    tangential: [0, 0],
    thin: [0, 0, 0, 0],
    limits: [xmin, xmax, ymin, ymax],
    most: 1e12,
  } as const;
  const radial = [d[0]!, d[1]!, d[2]!, d[3]!] as const;
  const lenses: Record<string, RasterLens> = {
    opencv: {
      ...plain,
      kind: "opencv",
      radial: [d[0]!, d[1]!, d[2]!, 0],
      divisor: [d[3]!, d[4]!, d[5]!],
      tangential: [d[6]!, d[7]!],
      thin: [d[8]!, d[9]!, d[10]!, d[11]!],
    },
    fisheye: { ...plain, kind: "wide fisheye", radial, most: rim },
    thin_prism_fisheye: {
      ...plain,
      kind: "wide fisheye",
      radial,
      tangential: [d[4]!, d[5]!],
      thin: [d[6]!, 0, d[7]!, 0],
      most: Math.PI,
    },
    equirect: {
      ...plain,
      kind: "equirectangular",
      focal: [width / (2 * Math.PI), height / Math.PI],
      centre: [width / 2, height / 2],
    },
    ortho: { ...plain, kind: "orthographic" },
  };
  return { ...camera, lens: lenses[name]! };
}

const files = goldenFiles(/^(ewa|ut)_.*\.npz$/, "cameras/");
if (!files.length) console.log("skipping the golden files of cameras: the folder is not there");

for (const file of files) {
  gpuTest(`golden ${file} through the rasteriser`, async (gpu) => {
    const name = /(?:ewa|ut)_(\w+)\.npz/.exec(file)![1]!;
    const golden = readGolden(file);
    const camera = cameraOf(name, golden);
    const n = golden.opacities!.data.length;
    using _scope = gpu.scope();
    const tensor = (key: string, shape: number[]) =>
      Tensor.from(gpu, Float32Array.from(golden[key]!.data), shape);
    const quats = Float32Array.from(golden.quats!.data);
    for (let i = 0; i < n; i++) {
      const q = quats.subarray(4 * i, 4 * i + 4);
      const length = Math.hypot(...[0, 1, 2, 3].map((k) => q[k]!));
      for (let k = 0; k < 4; k++) q[k]! /= length;
    }
    const inputs = {
      means: tensor("means", [n, 3]),
      opacities: tensor("opacities", [n]),
      scales: tensor("scales", [n, 3]),
      rotations: Tensor.from(gpu, quats, [n, 4]),
    };
    const [alpha, beta, kappa, margin] = Array.from(golden.ut_params?.data ?? []) as number[];
    const projection: Projection = golden.ut_params
      ? { alpha: alpha!, beta: beta!, kappa: kappa!, margin: margin! }
      : "ewa";
    const options = { scaleModifier: 1, antialiasing: true, tight: true, projection };
    const projected = projectGaussians(inputs, camera, options);
    const [places, shapes] = [
      await projected.places.read("f32"),
      await projected.shapes.read("f32"),
    ];
    const touched = await projected.touched.read("u32");
    const radii = golden.radii_classic!.data;
    const both = Array.from({ length: n }, (_, i) => i)
      .filter((i) => touched[i]! > 0 && radii[2 * i]! > 0);
    const wanted = Array.from({ length: n }, (_, i) => i).filter((i) => radii[2 * i]! > 0).length;
    assert(both.length > 0.85 * wanted, `${both.length} of ${wanted} are seen`);
    const of = (key: string, width: number, k: number) =>
      both.map((i) => golden[key]!.data[width * i + k]!);
    // Weights of 17 and -99 cancel out in the transform's files: they tell by how much f32 may err.
    const slack = (key: string) => golden.ut_params ? 8 * golden[`err32_${key}`]!.data[0]! : 0;
    const close = (what: string, actual: number[], expected: number[], key = "") => {
      const largest = Math.max(...expected.map(Math.abs));
      const atol = 4e-5 * largest + 1e-6 + (key ? slack(key) : 0);
      assertClose(actual, expected, { atol, rtol: 2e-4 }, `${name} ${what}`);
    };
    close("u", both.map((i) => places[4 * i]! + 0.5), of("means2d", 2, 0), "means2d");
    close("v", both.map((i) => places[4 * i + 1]! + 0.5), of("means2d", 2, 1), "means2d");
    close("xx", both.map((i) => places[4 * i + 2]!), of("conics", 3, 0), "conics");
    close("xy", both.map((i) => places[4 * i + 3]!), of("conics", 3, 1), "conics");
    close("yy", both.map((i) => shapes[4 * i]!), of("conics", 3, 2), "conics");
    // The files have the depth of a fisheye along its axis, where beyond 90 degrees nothing is in order.
    const distances = camera.lens?.kind === "wide fisheye";
    if (!distances) close("depth", both.map((i) => shapes[4 * i + 3]!), of("depths", 1, 0));
    const opacity = golden.opacities!.data;
    close(
      "compensation",
      both.map((i) => shapes[4 * i + 1]! / opacity[i]!),
      of("compensations", 1, 0),
      "compensations",
    );

    const sums = new Float32Array(12 * n);
    for (const i of both) {
      const at = (key: string, width: number, k = 0) => golden[key]!.data[width * i + k]!;
      const depth = shapes[4 * i + 3]!;
      sums.set([at("v_means2d", 2, 0), at("v_means2d", 2, 1)], 12 * i);
      sums.set([0, 1, 2].map((k) => at("v_conics", 3, k)), 12 * i + 4);
      sums[12 * i + 7] = at("v_compensations", 1) / opacity[i]!;
      if (!distances) sums[12 * i + 11] = -at("v_depths", 1) * depth * depth;
    }
    const { dmeans, dscales } = projectBackward(inputs, camera, {
      ...options,
      touched: projected.touched,
      sums: Tensor.from(gpu, sums, [n, 12]),
      exact: true,
      covariances: false,
    });
    for (const [key, gradient] of [["grad_means", dmeans], ["grad_scales", dscales!]] as const) {
      const values = await gradient.read("f32");
      const alongAxis = (i: number, k: number) =>
        distances && key === "grad_means"
          ? golden.v_depths!.data[i]! * golden.viewmat!.data[8 + k]!
          : 0;
      const expected = both.flatMap((i) =>
        [0, 1, 2].map((k) => golden[key]!.data[3 * i + k]! - alongAxis(i, k))
      );
      const actual = both.flatMap((i) => [0, 1, 2].map((k) => values[3 * i + k]!));
      const largest = Math.max(...expected.map(Math.abs));
      assertClose(
        actual,
        expected,
        { atol: 1e-4 * largest + slack(key), rtol: 2e-3 },
        `${name} ${key}`,
      );
    }
  });
}
