import type { CameraLens } from "../../../data/cameras/models.ts";
import { CAMERA_MODELS } from "../../../data/cameras/models.ts";
import { Taped } from "../../../data/cameras/scalars.ts";
import { type Arrays, fewNumbers, type HostArray } from "../operator.ts";
import { dot, type TapedGaussian, tapedGaussian, type Triple } from "./taped_gaussian.ts";

/** A Gaussian as a lens shows it: its place, depth and covariance (xx, xy, yy) before the blur. */
export interface OnScreen {
  readonly place: readonly [Taped, Taped];
  readonly covariance: Triple;
  /** The mean in the frame of the camera. */
  readonly point: Triple;
  /** Whether it can be seen at all, apart from where it lies on the picture. */
  readonly seen: boolean;
}

/** A Gaussian's alpha has fallen below 1/255 where it is so many standard deviations off, at most this. */
const FARTHEST = 3.33;
const FAINTEST = 1 / 255;
/** The compensation's least value. */
const LEAST = 0.005;

interface Shape {
  readonly depth: Taped;
  readonly conic: Triple;
  readonly compensation: Taped;
  readonly radii: readonly [number, number];
  readonly classic: readonly [number, number];
}

/** What an operator that projects Gaussians gives, by key, from what the lens makes of each. */
export function projectedArrays(
  arrays: Arrays,
  lens: CameraLens,
  project: (gaussian: TapedGaussian, i: number) => OnScreen,
): Record<string, HostArray> {
  const count = arrays.means!.shape[0]!;
  const out = outputsOf(count);
  const wanted = ["v_means2d", "v_depths", "v_conics", "v_compensations"].some((key) =>
    arrays[key]
  );
  const gradients = wanted ? gradientsOf(count) : null;
  for (let i = 0; i < count; i++) {
    const gaussian = tapedGaussian(arrays, i);
    const screen = project(gaussian, i);
    const shape = screen.seen ? shapeOf(screen, gaussian, arrays, lens) : null;
    if (!shape) continue;
    out.radii.set(shape.radii, 2 * i);
    out.radii_classic.set(shape.classic, 2 * i);
    if (!shape.radii[0]) continue;
    const values = (parts: readonly Taped[]) => parts.map(({ value }) => value);
    out.means2d.set(values(screen.place), 2 * i);
    out.depths[i] = shape.depth.value;
    out.cov2d.set(values(screen.covariance), 3 * i);
    out.conics.set(values(shape.conic), 3 * i);
    out.compensations[i] = shape.compensation.value;
    if (gradients) addGradients(gradients, i, { arrays, gaussian, screen, shape });
  }
  const host = (data: Float64Array | Int32Array, width: number): HostArray => ({
    shape: width === 1 ? [count] : [count, width],
    data: data instanceof Int32Array ? data : Float32Array.from(data),
  });
  return {
    means2d: host(out.means2d, 2),
    depths: host(out.depths, 1),
    cov2d: host(out.cov2d, 3),
    conics: host(out.conics, 3),
    compensations: host(out.compensations, 1),
    radii: host(out.radii, 2),
    radii_classic: host(out.radii_classic, 2),
    ...gradients && {
      grad_means: host(gradients.means, 3),
      grad_quats: host(gradients.quats, 4),
      grad_scales: host(gradients.scales, 3),
      grad_viewmat: { shape: [4, 4], data: Float32Array.from(gradients.viewmat) },
    },
  };
}

function outputsOf(count: number) {
  return {
    means2d: new Float64Array(2 * count),
    depths: new Float64Array(count),
    cov2d: new Float64Array(3 * count),
    conics: new Float64Array(3 * count),
    compensations: new Float64Array(count),
    radii: new Int32Array(2 * count),
    radii_classic: new Int32Array(2 * count),
  };
}

function gradientsOf(count: number) {
  return {
    means: new Float64Array(3 * count),
    quats: new Float64Array(4 * count),
    scales: new Float64Array(3 * count),
    viewmat: new Float64Array(16),
  };
}

/** The blurred shape of a Gaussian; null where it is not drawn. */
function shapeOf(
  { covariance: [xx, xy, yy], point, place }: OnScreen,
  { opacity }: TapedGaussian,
  arrays: Arrays,
  lens: CameraLens,
): Shape | null {
  const [near, far] = fewNumbers(arrays.near_far!) as [number, number];
  const [blur] = fewNumbers(arrays.eps2d!) as [number];
  const depth = CAMERA_MODELS[lens.model].byDistance ? dot(point, point).sqrt() : point[2];
  if (!(depth.value >= near && depth.value <= far)) return null;
  const [wide, high] = [xx.plus(blur), yy.plus(blur)];
  const sharp = xx.times(yy).minus(xy.times(xy));
  const blurred = wide.times(high).minus(xy.times(xy));
  if (!(blurred.value > 0 && wide.value > 0 && high.value > 0)) return null;
  const ratio = sharp.over(blurred);
  const compensation = ratio.value > LEAST ** 2 ? ratio.sqrt() : Taped.variable(LEAST, ratio.tape);
  const radiiOf = (opaque: number): [number, number] => {
    if (!(opaque >= FAINTEST)) return [0, 0];
    const reach = Math.min(FARTHEST, Math.sqrt(2 * Math.log(255 * opaque)));
    const radii = [wide, high].map(({ value }) => Math.ceil(reach * Math.sqrt(value)));
    const inside = radii.every((radius, k) => {
      const at = place[k]!.value;
      return at + radius > 0 && at - radius < [lens.width, lens.height][k]!;
    });
    return inside && radii.some((radius) => radius > 0) ? radii as [number, number] : [0, 0];
  };
  return {
    depth,
    conic: [high.over(blurred), xy.over(blurred).times(-1), wide.over(blurred)],
    compensation,
    radii: radiiOf(opacity.value * compensation.value),
    classic: radiiOf(opacity.value),
  };
}

function addGradients(
  out: ReturnType<typeof gradientsOf>,
  i: number,
  { arrays, gaussian, screen, shape }: {
    arrays: Arrays;
    gaussian: TapedGaussian;
    screen: OnScreen;
    shape: Shape;
  },
): void {
  const { v_means2d, v_depths, v_conics, v_compensations } = arrays;
  const seed = (values: readonly Taped[], upstream: HostArray | undefined) => {
    values.forEach((value, k) => {
      value.gradient += upstream?.data[values.length * i + k] ?? 0;
    });
  };
  seed(screen.place, v_means2d);
  seed([shape.depth], v_depths);
  seed(shape.conic, v_conics);
  seed([shape.compensation], v_compensations);
  Taped.walkBack(gaussian.tape);
  const { mean, quaternion, scale, view } = gaussian;
  const take = (to: Float64Array, from: readonly Taped[], at: number) =>
    from.forEach(({ gradient }, k) => to[at + k]! += gradient);
  take(out.means, mean, 3 * i);
  take(out.quats, quaternion, 4 * i);
  take(out.scales, scale, 3 * i);
  view.forEach((row, k) => take(out.viewmat, row, 4 * k));
}
