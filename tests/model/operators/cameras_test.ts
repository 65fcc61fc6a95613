import { assert, assertAlmostEquals, assertRejects } from "@std/assert";
import { eval3d } from "../../../model/operators/cameras/eval3d.ts";
import { ewa } from "../../../model/operators/cameras/ewa.ts";
import { rays } from "../../../model/operators/cameras/rays.ts";
import { ut } from "../../../model/operators/cameras/ut.ts";
import {
  type Arrays,
  type HostArray,
  type Operator,
  runOperator,
} from "../../../model/operators/operator.ts";
import { gpuTest, noise } from "../../support.ts";

const N = 3;
const array = (data: ArrayLike<number>, ...shape: number[]): HostArray => ({ shape, data });

/** Gaussians in front of a camera that is turned and moved, and a lens of each model. */
function scene(dist: number[], K: number[], limits: number[]): Arrays {
  const means = Float64Array.from(noise(1, 3 * N, -0.5, 0.5));
  for (let i = 0; i < N; i++) means[3 * i + 2] = 2 + 0.4 * i;
  return {
    means: array(means, N, 3),
    quats: array(noise(2, 4 * N, -1, 1), N, 4),
    scales: array(noise(3, 3 * N, 0.05, 0.3), N, 3),
    opacities: array(noise(4, N, 0.4, 0.9), N),
    viewmat: array(
      [0.96, 0.02, 0.28, 0.1, -0.05, 0.99, 0.1, 0.05, -0.27, -0.11, 0.95, 0.2, 0, 0, 0, 1],
      4,
      4,
    ),
    K: array(K, 4),
    dist: array(dist, dist.length),
    image_wh: array([64, 48], 2),
    near_far: array([0.01, 1e10], 2),
    eps2d: array([0.3], 1),
    jac_limits: array(limits, 4),
    max_angle: array([1.6], 1),
    ut_params: array([0.5, 2, 0, 0.1], 4),
    v_means2d: array(noise(5, 2 * N, -1, 1), N, 2),
    v_depths: array(noise(6, N, -1, 1), N),
    v_conics: array(noise(7, 3 * N, -1, 1), N, 3),
    v_compensations: array(noise(8, N, -1, 1), N),
  };
}

const K = [50, 52, 30, 25];
const SCENES: Record<string, Arrays> = {
  pinhole: scene([0], K, [-0.8, 0.9, -0.7, 0.6]),
  // Limits so narrow that the Gaussians lie beyond them.
  "pinhole, bent": scene([0], K, [-0.01, 0.02, -0.02, 0.01]),
  opencv: scene([-0.12, 0.03, 0, 0, 0, 0, 0.002, -0.003, 0, 0, 0, 0], K, [-0.9, 1.1, -0.8, 0.7]),
  fisheye: scene([0.02, -0.01, 0.003, -0.0007], K, [0, 0, 0, 0]),
  "thin prism": scene([0.03, -0.012, 0.002, -0.0004, 0.001, -0.0015, 0.002, 0.001], K, [
    0,
    0,
    0,
    0,
  ]),
  ortho: scene([0], [14, 13, 33, 20], [0, 0, 0, 0]),
  equirect: scene([0], [0, 0, 0, 0], [0, 0, 0, 0]),
};

const run = async (gpu: Parameters<Operator["run"]>[0], operator: Operator, inputs: Arrays) =>
  await runOperator(gpu, operator, inputs);

const UPSTREAM = ["means2d", "depths", "conics", "compensations"];

gpuTest("ewa and ut: gradients are those of small steps, on every lens", async (gpu) => {
  for (const operator of [ewa, ut]) {
    for (const [what, inputs] of Object.entries(SCENES)) {
      if (operator === ut && what === "pinhole, bent") continue;
      const total = async (changed: Arrays) => {
        const outputs = await run(gpu, operator, { ...inputs, ...changed });
        return UPSTREAM.reduce(
          (sum, key) =>
            sum + Array.from(outputs[key]!.data).reduce(
              (part, value, i) => part + value * inputs[`v_${key}`]!.data[i]!,
              0,
            ),
          0,
        );
      };
      const outputs = await run(gpu, operator, inputs);
      assert(Array.from(outputs.radii!.data).every((radius) => radius > 0), `${what} is not seen`);
      for (const key of ["means", "quats", "scales", "viewmat"]) {
        const { shape, data } = inputs[key]!;
        const gradient = outputs[`grad_${key}`]!.data;
        for (let i = 0; i < (key === "viewmat" ? 12 : data.length); i += 2) {
          const moved = (step: number) =>
            total({ [key]: array(Array.from(data, (v, k) => k === i ? v + step : v), ...shape) });
          // Outputs are f32, so that steps are large and the bound is wide.
          const expected = (await moved(2e-3) - await moved(-2e-3)) / 4e-3;
          const largest = Math.max(1, ...Array.from(gradient, Math.abs));
          assertAlmostEquals(
            gradient[i]!,
            expected,
            0.01 * largest,
            `${operator.name} ${what} ${key} ${i}`,
          );
        }
      }
    }
  }
});

gpuTest("lenses without their numbers, and rays without pixels, are refused", async (gpu) => {
  const pinhole = SCENES.pinhole!;
  await assertRejects(
    () => run(gpu, ewa, { ...pinhole, dist: array([1, 2, 3], 3) }),
    RangeError,
    '"dist" has 3 numbers, 4 are those of a fisheye',
  );
  await assertRejects(() => run(gpu, rays, {}), TypeError, "the input has no pixels");
  await assertRejects(
    () => run(gpu, rays, { pinhole_pixels: array([1, 2], 1, 2) }),
    TypeError,
    'has no "pinhole_wh"',
  );
  await assertRejects(
    () =>
      run(gpu, rays, {
        fisheye_pixels: array([1, 2], 1, 2),
        fisheye_wh: array([8, 8], 2),
        fisheye_K: array([8, 8, 4, 4], 4),
        fisheye_dist: array([0], 1),
      }),
    RangeError,
    '"fisheye_dist" has 1 numbers, it must have 4',
  );
  const { v_means2d: _, ...rest } = pinhole;
  const outputs = await run(gpu, ewa, rest);
  assert(outputs.grad_means, "other upstream gradients are enough");
});

gpuTest(
  "eval3d: a ray through the middle of a Gaussian, one beside it, one behind it",
  async (gpu) => {
    const outputs = await run(gpu, eval3d, {
      means: array([0, 0, 5], 1, 3),
      quats: array([2, 0, 0, 0], 1, 4),
      scales: array([0.5, 1, 2], 1, 3),
      opacities: array([0.8], 1),
      ray_origins: array([0, 0, 0, 0.5, 0, 0, 0, 0, 9], 3, 3),
      ray_directions: array([0, 0, 1, 0, 0, 1, 0, 0, 1], 3, 3),
    });
    const { alphas, hit_distance } = outputs;
    [0.8, 0.8 * Math.exp(-0.5), 0].forEach((alpha, i) =>
      assertAlmostEquals(alphas!.data[i]!, alpha, 1e-6)
    );
    [5, 5, 0].forEach((distance, i) => assertAlmostEquals(hit_distance!.data[i]!, distance, 1e-6));
  },
);
