import { logScale } from "../activation.ts";
import { normalised } from "../quaternion.ts";
import type { Splats } from "../splats.ts";
import {
  type Matrix3,
  matrixOfQuaternion,
  multiply3,
  type Quaternion,
  quaternionOfMatrix,
  transpose3,
} from "../../geometry/matrix3.ts";
import { eigenOfSymmetric } from "./symmetric3.ts";
import { turnSplats } from "./turn_splats.ts";

/** Where a set of Gaussians goes: scaled along the axes, then rotated, then moved. */
export interface Placement {
  readonly rotation: Matrix3;
  readonly scale: readonly [number, number, number];
  readonly translation: readonly [number, number, number];
}

/** Puts Gaussians in their place, changing their columns. */
export function placeSplats(splats: Splats, { rotation, scale, translation }: Placement): Splats {
  const [x, y, z] = scale;
  if (x === y && y === z) scaleEvenly(splats, x);
  else stretch(splats, scale);
  if (!isIdentity(rotation)) turnSplats(splats, rotation);
  if (translation.some((value) => value !== 0)) {
    const { positions } = splats;
    for (let at = 0; at < positions.length; at += 3) {
      for (let k = 0; k < 3; k++) positions[at + k] = positions[at + k]! + translation[k]!;
    }
  }
  return splats;
}

function isIdentity(m: Matrix3): boolean {
  return m.every((value, at) => value === (at % 4 === 0 ? 1 : 0));
}

function scaleEvenly({ positions, logScales }: Splats, factor: number): void {
  if (factor === 1) return;
  const log = Math.log(factor);
  for (let at = 0; at < positions.length; at++) {
    positions[at] = factor * positions[at]!;
    logScales[at] = logScales[at]! + log;
  }
}

/** Stretched along the axes by different factors a Gaussian has other axes of its own. */
function stretch(splats: Splats, factors: readonly [number, number, number]): void {
  const { count, positions, logScales, quaternions } = splats;
  const q = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) positions[3 * i + k] = factors[k]! * positions[3 * i + k]!;
    const axes = matrixOfQuaternion(
      normalised(quaternions, i, q) as unknown as Quaternion,
    );
    // Axes as columns, each as long as its standard deviation.
    const half = axes.map((value, at) =>
      factors[Math.floor(at / 3)]! * value * Math.exp(logScales[3 * i + at % 3]!)
    ) as unknown as Matrix3;
    const { values, vectors } = eigenOfSymmetric(multiply3(half, transpose3(half)));
    for (let k = 0; k < 3; k++) logScales[3 * i + k] = logScale(Math.sqrt(Math.max(0, values[k]!)));
    quaternionOfMatrix(vectors).forEach((value, k) => quaternions[4 * i + k] = value);
  }
}
