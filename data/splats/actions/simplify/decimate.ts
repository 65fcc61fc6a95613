import { logit, logScale, SH_C0, sigmoid } from "../../activation.ts";
import { mortonOrder } from "../../morton.ts";
import { ascendingOrder } from "../../order.ts";
import { normalised } from "../../quaternion.ts";
import { restCoefficients, selectSplats, type Splats } from "../../splats.ts";
import {
  type Matrix3,
  matrixOfQuaternion,
  type Quaternion,
  quaternionOfMatrix,
} from "../../../geometry/matrix3.ts";
import { eigenOfSymmetric } from "../../turn/symmetric3.ts";
import type { SplatActionDefinition } from "../action.ts";
import { AT, MEMBER, merge, mergeError, volumeOf } from "./mixture.ts";

// Neighbours along the Morton curve that a Gaussian may be merged with.
const WINDOW = 6;
// Of the Gaussians at most this share goes in a round, so that the cheapest pairs go first.
const SHARE = 0.2;

/** Merges neighbours until few enough are left. */
export const decimate: SplatActionDefinition = {
  letter: "F",
  value: "N|N%[,ERROR]",
  help: "Merge neighbouring Gaussians, the most alike first, until N or N % are left; none whose " +
    "merging errs by more than ERROR, the share (0 to 1) of what the two are",
  parse(text) {
    const [, digits, percent, bound] = /^(\d+(?:\.\d+)?)(%?)(?:,(\d*\.?\d+))?$/.exec(text) ?? [];
    const number = Number(digits);
    const most = bound === undefined ? Infinity : Number(bound);
    if (!(percent ? number > 0 && number <= 100 : Number.isInteger(number) && number >= 1)) {
      throw new RangeError("it must be a whole number from 1, or a percentage, then an error");
    }
    return (splats, remark) => {
      const target = percent ? Math.ceil(splats.count * number / 100) : number;
      const { splats: left, error } = mergeDown(splats, target, most);
      if (left.count < splats.count) {
        remark(
          `merged to ${left.count} Gaussians, the worst pair erring by ${error.toPrecision(2)}`,
        );
      }
      if (left.count > target) {
        remark(`${left.count} Gaussians are left, no more could be merged within the error`);
      }
      return left;
    };
  },
};

/** Merges pairs of neighbours to `target` Gaussians, none that errs by more than `most`. */
export function mergeDown(
  splats: Splats,
  target: number,
  most = Infinity,
): { splats: Splats; error: number } {
  let left = splats;
  let worst = 0;
  // Three curves see other neighbours each: where none of them finds a pair there is none.
  for (let round = 0, idle = 0; left.count > target && idle < 3; round++) {
    const merged = mergeOnce(left, {
      wanted: Math.min(left.count - target, Math.max(1, Math.ceil(SHARE * left.count))),
      most,
      shift: round % 3 / 3,
    });
    worst = Math.max(worst, merged.error);
    idle = merged.splats.count === left.count ? idle + 1 : 0;
    left = merged.splats;
  }
  return { splats: left, error: worst };
}

interface Round {
  readonly wanted: number;
  readonly most: number;
  /** So much larger is the box of the Morton curve, in shares of the scene: its cells have other borders. */
  readonly shift: number;
}

function mergeOnce(
  splats: Splats,
  { wanted, most, shift }: Round,
): { splats: Splats; error: number } {
  const all = mixtureOf(splats);
  const { count } = splats;
  const order = mortonOrder(splats.positions, shift);
  const out = new Float64Array(MEMBER);
  const costs = new Float64Array(WINDOW * count).fill(Infinity);
  for (let at = 0; at < count; at++) {
    for (let step = 1; step <= WINDOW && at + step < count; step++) {
      const [i, j] = [order[at]!, order[at + step]!];
      merge(all, MEMBER * i, MEMBER * j, out);
      costs[WINDOW * at + step - 1] = mergeError(all, MEMBER * i, MEMBER * j, out);
    }
  }
  const partner = new Int32Array(count).fill(-1);
  let merged = 0;
  let error = 0;
  for (const pair of ascendingOrder(costs)) {
    if (merged === wanted || !(costs[pair]! <= most) || costs[pair] === Infinity) break;
    const at = Math.floor(pair / WINDOW);
    const [i, j] = [order[at]!, order[at + 1 + pair % WINDOW]!];
    if (partner[i] !== -1 || partner[j] !== -1) continue;
    partner[i] = j;
    partner[j] = i;
    merged++;
    error = costs[pair]!;
  }
  return { splats: mergedSplats(splats, all, partner, merged), error };
}

/** Each Gaussian once, those with a partner together, in the order of the first of the two. */
function mergedSplats(
  splats: Splats,
  all: Float64Array,
  partner: Int32Array,
  merged: number,
): Splats {
  const { count } = splats;
  const kept = new Uint32Array(count - merged);
  for (let i = 0, at = 0; i < count; i++) {
    if (partner[i] === -1 || partner[i]! > i) kept[at++] = i;
  }
  const result = selectSplats(splats, kept);
  const out = new Float64Array(MEMBER);
  const width = 3 * restCoefficients(splats.degree);
  for (let at = 0; at < kept.length; at++) {
    const i = kept[at]!;
    const j = partner[i]!;
    if (j === -1) continue;
    merge(all, MEMBER * i, MEMBER * j, out);
    const one = all[MEMBER * i + AT.opacity]! * all[MEMBER * i + AT.volume]!;
    const other = all[MEMBER * j + AT.opacity]! * all[MEMBER * j + AT.volume]!;
    const share = one + other > 0 ? one / (one + other) : 0.5;
    const mix = (column: Float32Array, target: Float32Array, values: number) => {
      for (let k = 0; k < values; k++) {
        target[at * values + k] = share * column[i * values + k]! +
          (1 - share) * column[j * values + k]!;
      }
    };
    mix(splats.shDc, result.shDc, 3);
    mix(splats.shRest, result.shRest, width);
    for (let k = 0; k < 3; k++) result.positions[3 * at + k] = out[k]!;
    result.opacities[at] = logit(out[AT.opacity]!);
    const [xx, xy, xz, yy, yz, zz] = out.subarray(AT.covariance, AT.covariance + 6);
    const { values, vectors } = eigenOfSymmetric(
      [xx!, xy!, xz!, xy!, yy!, yz!, xz!, yz!, zz!],
    );
    for (let k = 0; k < 3; k++) {
      result.logScales[3 * at + k] = logScale(Math.sqrt(Math.max(0, values[k]!)));
    }
    quaternionOfMatrix(vectors).forEach((value, k) => result.quaternions[4 * at + k] = value);
  }
  return result;
}

// Of a flat Gaussian the thinnest deviation counts as this share of the largest, so that it has a volume.
const THINNEST = 1e-3;

function mixtureOf(splats: Splats): Float64Array {
  const { count, positions, logScales, quaternions, opacities, shDc } = splats;
  const all = new Float64Array(MEMBER * count);
  const q = new Float64Array(4);
  for (let i = 0, at = 0; i < count; i++, at += MEMBER) {
    const axes: Matrix3 = matrixOfQuaternion(
      normalised(quaternions, i, q) as unknown as Quaternion,
    );
    const largest = Math.max(logScales[3 * i]!, logScales[3 * i + 1]!, logScales[3 * i + 2]!);
    for (let k = 0; k < 3; k++) {
      all[at + k] = positions[3 * i + k]!;
      all[at + AT.colour + k] = Math.max(0, 0.5 + SH_C0 * shDc[3 * i + k]!);
      const deviation = Math.exp(Math.max(logScales[3 * i + k]!, largest + Math.log(THINNEST)));
      const variance = deviation * deviation;
      for (let row = 0, to = at + AT.covariance; row < 3; row++) {
        for (let column = row; column < 3; column++, to++) {
          all[to]! += axes[3 * row + k]! * axes[3 * column + k]! * variance;
        }
      }
    }
    all[at + AT.opacity] = sigmoid(opacities[i]!);
    all[at + AT.volume] = volumeOf(all, at);
  }
  return all;
}
