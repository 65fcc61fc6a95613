import { sigmoid } from "../../activation.ts";
import { normalised } from "../../quaternion.ts";
import type { Splats } from "../../splats.ts";
import { matrixOfQuaternion, type Quaternion } from "../../../geometry/matrix3.ts";

/** One Gaussian at a time, in splat-transform's axes: x and y of PLY files negated. */
export class Ellipsoid {
  /** Centre. */
  readonly centre = new Float64Array(3);
  /** Half of its box along each axis: three standard deviations along each of its own, added up. */
  readonly extent = new Float64Array(3);
  /** Opacity, 0 to 1. */
  alpha = 0;
  /** Rows are its own axes, each divided by its standard deviation. */
  readonly #whitening = new Float64Array(9);
  readonly #q = new Float64Array(4);

  constructor(readonly splats: Splats) {}

  /** Goes to Gaussian `i`. */
  moveTo(i: number): this {
    const { positions, logScales, quaternions, opacities } = this.splats;
    const axes = matrixOfQuaternion(
      normalised(quaternions, i, this.#q) as unknown as Quaternion,
    );
    this.alpha = sigmoid(opacities[i]!);
    this.extent.fill(0);
    for (let row = 0; row < 3; row++) {
      const sign = row < 2 ? -1 : 1;
      this.centre[row] = sign * positions[3 * i + row]!;
      for (let k = 0; k < 3; k++) {
        const deviation = Math.exp(logScales[3 * i + k]!);
        const along = sign * axes[3 * row + k]!;
        this.extent[row]! += 3 * Math.abs(along) * deviation;
        this.#whitening[3 * k + row] = along / deviation;
      }
    }
    return this;
  }

  /** Squared Mahalanobis distance of a point from the centre, which it is (x, y, z) away from. */
  distance(x: number, y: number, z: number): number {
    const m = this.#whitening;
    const a = m[0]! * x + m[1]! * y + m[2]! * z;
    const b = m[3]! * x + m[4]! * y + m[5]! * z;
    const c = m[6]! * x + m[7]! * y + m[8]! * z;
    return a * a + b * b + c * c;
  }
}
