import { sigmoid } from "../../activation.ts";
import type { Splats } from "../../splats.ts";
import type { Matrix3 } from "../../../geometry/matrix3.ts";
import { IDENTITY3 } from "../../../geometry/matrix3.ts";
import { placeSplats } from "../../turn/place_splats.ts";
import { eigenOfSymmetric } from "../../turn/symmetric3.ts";
import { turnSplats } from "../../turn/turn_splats.ts";
import type { SplatActionDefinition } from "../action.ts";
import { cross, type Vector3 } from "../../../geometry/vector3.ts";
import { rotationOnto } from "./directions.ts";

/** Lays a scene along its principal axes about its middle. */
export const alignPca: SplatActionDefinition = {
  value: null,
  help:
    "Middle of the Gaussians, by opacity, to the origin; longest extent along x, then z; thin along y",
  parse: () => (splats) => {
    const { mean, covariance } = momentsOf(splats);
    const { vectors: v } = eigenOfSymmetric(covariance);
    const column = (k: number): Vector3 => [v[k]!, v[3 + k]!, v[6 + k]!];
    // What points up or forwards before does so afterwards; x follows.
    const facing = (axis: Vector3, k: number): Vector3 =>
      axis[k]! < 0 ? [-axis[0], -axis[1], -axis[2]] : axis;
    const y = facing(column(2), 1);
    const z = facing(column(1), 2);
    const x = cross(y, z);
    const matrix = rotationOnto(x, y, z);
    const translation = [-mean[0], -mean[1], -mean[2]] as const;
    placeSplats(splats, { rotation: IDENTITY3, scale: [1, 1, 1], translation });
    return turnSplats(splats, matrix);
  },
};

/** Mean and covariance of the centres, each weighted by its opacity. */
function momentsOf({ count, positions, opacities }: Splats) {
  let total = 0;
  const sums = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const weight = sigmoid(opacities[i]!);
    total += weight;
    for (let k = 0; k < 3; k++) sums[k] = sums[k]! + weight * positions[3 * i + k]!;
  }
  const mean = sums.map((sum) => sum / total) as unknown as Vector3;
  const covariance = new Float64Array(9);
  for (let i = 0; i < count; i++) {
    const weight = sigmoid(opacities[i]!) / total;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        covariance[3 * row + column]! += weight * (positions[3 * i + row]! - mean[row]!) *
          (positions[3 * i + column]! - mean[column]!);
      }
    }
  }
  // boxed: nine numbers
  return { mean, covariance: [...covariance] as unknown as Matrix3 };
}
