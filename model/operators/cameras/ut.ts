import { CAMERA_MODELS, type CameraLens } from "../../../data/cameras/models.ts";
import { Taped } from "../../../data/cameras/scalars.ts";
import { fewNumbers, type HostArray, type Operator } from "../operator.ts";
import { LENS_INPUTS, lensOf } from "./lens_inputs.ts";
import { projectedArrays } from "./on_screen.ts";
import { inCamera, type TapedGaussian, type Triple } from "./taped_gaussian.ts";

/** Least stretch of OpenCV's model at which its polynomial still is that of the lens. */
const LEAST_STRETCH = 0.8;

/**
 * Gaussians through a lens by the unscented transform: the picture of seven points of each gives its place
 * and covariance (Wu et al. 2024, 3DGUT). Outputs and gradients as `ewa`, and which points were inside the
 * lens and the picture's margin.
 */
export const ut: Operator = {
  name: "ut",
  summary: "Gaussians through a lens, by the unscented transform, with gradients",
  inputs: { ...LENS_INPUTS, ut_params: { axes: [4] } },
  // deno-lint-ignore require-await
  async run(_gpu, arrays) {
    const lens = lensOf("ut", arrays);
    const [alpha, beta, kappa, margin] = fewNumbers(arrays.ut_params!) as Params;
    const largest = arrays.max_angle?.data[0] || Infinity;
    const spread = alpha ** 2 * (3 + kappa);
    const [first, other] = [(spread - 3) / spread, 1 / (2 * spread)];
    const firstOfCovariance = first + 1 - alpha ** 2 + beta;
    const count = arrays.means!.shape[0]!;
    const inside = new Int32Array(7 * count);
    const outputs = projectedArrays(arrays, lens, (gaussian, i) => {
      const points = sigmaPoints(gaussian, Math.sqrt(spread))
        .map((point) => throughLens(inCamera(gaussian.view, point), lens, { largest, margin }));
      points.forEach(({ valid }, k) => inside[7 * i + k] = Number(valid));
      const places = unwrapped(points.map(({ place }) => place), lens);
      const mean = weighted(places, first, other);
      const offsets = places.map(([u, v]) => [u.minus(mean[0]!), v.minus(mean[1]!)] as const);
      const covariance = weighted(
        offsets.map(([u, v]) => [u.times(u), u.times(v), v.times(v)]),
        firstOfCovariance,
        other,
      );
      return {
        place: mean as unknown as [Taped, Taped],
        covariance: covariance as unknown as Triple,
        point: inCamera(gaussian.view, gaussian.mean),
        seen: points.some(({ valid }) => valid),
      };
    });
    const valid: HostArray = { shape: [count, 7], data: inside };
    return { ...outputs, sigma_points_valid: valid };
  },
};

type Params = [alpha: number, beta: number, kappa: number, margin: number];

/** The centre, then a step along each axis of the Gaussian, then the steps back. */
function sigmaPoints({ mean, axes, scale }: TapedGaussian, reach: number): Triple[] {
  const steps = axes.map((axis, k) => axis.map((part) => part.times(scale[k]!).times(reach)));
  const moved = (sign: number) =>
    steps.map((step) =>
      mean.map((part, k) => part.plus(step[k]!.times(sign))) as unknown as Triple
    );
  return [mean, ...moved(1), ...moved(-1)];
}

interface LensPoint {
  readonly place: readonly [Taped, Taped];
  readonly valid: boolean;
}

/** Where a lens shows a point, and whether it lies in front, inside the lens and near the picture. */
function throughLens(
  point: Triple,
  lens: CameraLens,
  { largest, margin }: { readonly largest: number; readonly margin: number },
): LensPoint {
  const [x, y, z] = point;
  const { model } = lens;
  const zero = () => Taped.variable(0, z.tape);
  if ((model === "pinhole" || model === "ortho") && !(z.value > 0)) {
    return { place: [zero(), zero()], valid: false };
  }
  const fisheye = model === "fisheye" || model === "thin_prism_fisheye";
  const angle = Math.atan2(Math.hypot(x.value, y.value), z.value);
  const beyond = fisheye && angle >= largest;
  // Beyond its rim a fisheye shows a point where its rim is, in the same direction.
  const shown: Triple = beyond
    ? [x, y, x.times(x).plus(y.times(y)).sqrt().times(1 / Math.tan(largest))]
    : point;
  const place = CAMERA_MODELS[model].project(shown, lens);
  const front = (model === "equirect" || z.value > 0) && !beyond;
  const [u, v] = place.map(({ value }) => value) as [number, number];
  const { width, height } = lens;
  const near = u >= -margin * width && u < (1 + margin) * width &&
    v >= -margin * height && v < (1 + margin) * height;
  const bent = model === "opencv" && !(stretchOf(point, lens) > LEAST_STRETCH);
  return { place, valid: front && near && !bent };
}

function stretchOf([x, y, z]: Triple, { distortion }: CameraLens): number {
  const [k1, k2, k3, k4, k5, k6] = distortion as number[];
  const q = (x.value / z.value) ** 2 + (y.value / z.value) ** 2;
  return (1 + q * (k1! + q * (k2! + q * k3!))) / (1 + q * (k4! + q * (k5! + q * k6!)));
}

/** Places all around a panorama, on the centre's side of its seam. */
function unwrapped(
  places: readonly (readonly [Taped, Taped])[],
  { model, width }: CameraLens,
): readonly (readonly [Taped, Taped])[] {
  if (model !== "equirect") return places;
  const centre = places[0]![0].value;
  return places.map(([u, v]) =>
    [u.minus(width * Math.round((u.value - centre) / width)), v] as const
  );
}

function weighted(
  values: readonly (readonly Taped[])[],
  first: number,
  other: number,
): Taped[] {
  return values[0]!.map((_, k) =>
    values.map((value, i) => value[k]!.times(i === 0 ? first : other))
      .reduce((sum, part) => sum.plus(part))
  );
}
