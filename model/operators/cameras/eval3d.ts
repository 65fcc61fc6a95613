import { Taped } from "../../../data/cameras/scalars.ts";
import type { HostArray, Operator } from "../operator.ts";
import { dot, tapedGaussian, type Triple } from "./taped_gaussian.ts";

const FAINTEST = 1 / 255;
const MOST_OPAQUE = 0.99;

/**
 * What Gaussians let through of rays that meet them in space, with no picture between (3DGUT): alphas and
 * distances, by the largest density along each ray; with upstream gradients those of all inputs. In f64 on the
 * host.
 */
export const eval3d: Operator = {
  name: "eval3d",
  summary: "Alphas and distances of Gaussians along rays, with gradients",
  inputs: {
    means: { axes: ["gaussians", 3] },
    quats: { axes: ["gaussians", 4] },
    scales: { axes: ["gaussians", 3] },
    opacities: { axes: ["gaussians"] },
    ray_origins: { axes: ["rays", 3] },
    ray_directions: { axes: ["rays", 3] },
    v_alphas: { axes: ["rays", "gaussians"], optional: true },
    v_hit_distance: { axes: ["rays", "gaussians"], optional: true },
  },
  // deno-lint-ignore require-await
  async run(_gpu, arrays) {
    const [count, rays] = [arrays.means!.shape[0]!, arrays.ray_origins!.shape[0]!];
    const alphas = new Float32Array(rays * count);
    const distances = new Float32Array(rays * count);
    const { v_alphas, v_hit_distance } = arrays;
    const gradients = v_alphas || v_hit_distance
      ? {
        means: new Float64Array(3 * count),
        quats: new Float64Array(4 * count),
        scales: new Float64Array(3 * count),
        opacities: new Float64Array(count),
        ray_origins: new Float64Array(3 * rays),
        ray_directions: new Float64Array(3 * rays),
      }
      : null;
    for (let ray = 0; ray < rays; ray++) {
      for (let i = 0; i < count; i++) {
        const gaussian = tapedGaussian(arrays, i);
        const taken = ({ data }: HostArray) =>
          [0, 1, 2].map((k) =>
            Taped.variable(data[3 * ray + k]!, gaussian.tape)
          ) as unknown as Triple;
        const [origin, direction] = [taken(arrays.ray_origins!), taken(arrays.ray_directions!)];
        const hit = hitOf(gaussian, origin, direction);
        if (!hit) continue;
        const at = ray * count + i;
        alphas[at] = hit.alpha.value;
        distances[at] = hit.distance.value;
        if (!gradients) continue;
        hit.alpha.gradient = v_alphas?.data[at] ?? 0;
        hit.distance.gradient = v_hit_distance?.data[at] ?? 0;
        Taped.walkBack(gaussian.tape);
        const { mean, quaternion, scale, opacity } = gaussian;
        const take = (to: Float64Array, from: readonly Taped[], start: number) =>
          from.forEach(({ gradient }, k) => to[start + k]! += gradient);
        take(gradients.means, mean, 3 * i);
        take(gradients.quats, quaternion, 4 * i);
        take(gradients.scales, scale, 3 * i);
        take(gradients.opacities, [opacity], i);
        take(gradients.ray_origins, origin, 3 * ray);
        take(gradients.ray_directions, direction, 3 * ray);
      }
    }
    const shape = [rays, count];
    const outputs: Record<string, HostArray> = {
      alphas: { shape, data: alphas },
      hit_distance: { shape, data: distances },
    };
    for (const [key, values] of Object.entries(gradients ?? {})) {
      outputs[`grad_${key}`] = { shape: arrays[key]!.shape, data: Float32Array.from(values) };
    }
    return outputs;
  },
};

function hitOf(
  { mean, axes, scale, opacity, tape }: ReturnType<typeof tapedGaussian>,
  origin: Triple,
  direction: Triple,
): { alpha: Taped; distance: Taped } | null {
  // In the frame in which the Gaussian is a ball of radius 1 around 0.
  const inBall = (vector: readonly Taped[]) =>
    axes.map((axis, k) => dot(axis, vector).over(scale[k]!)) as unknown as Triple;
  const from = inBall(origin.map((part, k) => part.minus(mean[k]!)));
  const along = inBall(direction);
  const length = dot(along, along).sqrt();
  const ahead = along.map((part) => part.over(length)) as unknown as Triple;
  const nearest = dot(ahead, from).times(-1);
  if (nearest.value < 0) return null;
  const beside = cross(ahead, from);
  const density = dot(beside, beside).times(-0.5).exp();
  const wanted = opacity.times(density);
  if (wanted.value < FAINTEST) return null;
  const alpha = wanted.value > MOST_OPAQUE ? Taped.variable(MOST_OPAQUE, tape) : wanted;
  const step = ahead.map((part, k) => part.times(scale[k]!).times(nearest));
  return { alpha, distance: dot(step, step).sqrt() };
}

function cross(a: Triple, b: Triple): Triple {
  return [
    a[1].times(b[2]).minus(a[2].times(b[1])),
    a[2].times(b[0]).minus(a[0].times(b[2])),
    a[0].times(b[1]).minus(a[1].times(b[0])),
  ];
}
