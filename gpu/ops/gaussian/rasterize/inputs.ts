import { checkShapes } from "../../../shape.ts";
import type { Tensor } from "../../../tensor.ts";

/** Spherical harmonics of colours; the first coefficient apart, as it learns at a rate of its own. */
export interface Harmonics {
  /** First coefficients [n, 3]. */
  readonly dc: Tensor;
  /** The others [n, 3, 8 or 15 of them, or more, 3]; null at degree 0. */
  readonly rest: Tensor | null;
  /** Degree in use, 0 to 3. */
  readonly degree: number;
}

/** Gaussians to be drawn; scales and rotations or covariances, colours or harmonics. */
export interface RasterInputs {
  /** Centres [n, 3] in the world. */
  readonly means: Tensor;
  /** Opacities [n] in [0, 1]. */
  readonly opacities: Tensor;
  /** Standard deviations [n, 3] along the axes. */
  readonly scales?: Tensor | null;
  /** Quaternions [n, 4], w x y z, used at the length they have. */
  readonly rotations?: Tensor | null;
  /** Covariances [n, 6]: xx xy xz yy yz zz. */
  readonly covariances?: Tensor | null;
  /** Colours [n, 3]. */
  readonly colours?: Tensor | null;
  /** Colours that depend on the direction. */
  readonly harmonics?: Harmonics | null;
  /**
   * Whether the numbers are those of a 3DGS file: logarithms of scales, logits of opacities,
   * quaternions to be normalised. Gradients are then by those.
   */
  readonly raw?: boolean;
  /**
   * A leaf [n, 2] whose gradient will be that by the means on the screen, in units of half the
   * picture; its own numbers are not read.
   */
  readonly screen?: Tensor | null;
  /** The same for the sums of magnitudes over pixels. */
  readonly screenMagnitude?: Tensor | null;
}

/** Checks shapes and company; returns how many Gaussians there are. */
export function checkInputs(inputs: RasterInputs): number {
  const { means, opacities, scales, rotations, covariances, colours, harmonics } = inputs;
  const { n, coefficients = 0 } = checkShapes("rasterize", {
    means: [means, "n", 3],
    opacities: [opacities, "n"],
    scales: [scales, "n", 3],
    rotations: [rotations, "n", 4],
    covariances: [covariances, "n", 6],
    colours: [colours, "n", 3],
    dc: [harmonics?.dc, "n", 3],
    rest: [harmonics?.rest, "n", "coefficients", 3],
    screen: [inputs.screen, "n", 2],
    screenMagnitude: [inputs.screenMagnitude, "n", 2],
  });
  if (covariances ? scales || rotations : !(scales && rotations)) {
    throw new TypeError(
      "Cannot run rasterize: either scales and rotations or covariances are needed",
    );
  }
  if (colours ? harmonics : !harmonics) {
    throw new TypeError("Cannot run rasterize: either colours or harmonics are needed");
  }
  const degree = harmonics?.degree ?? 0;
  if (![0, 1, 2, 3].includes(degree) || coefficients < (degree + 1) ** 2 - 1) {
    throw new RangeError(
      `Cannot run rasterize: degree ${degree} with ${coefficients} further coefficients, ` +
        "0 to 3 with 0, 3, 8 or 15 are possible",
    );
  }
  return n;
}
