import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SPLAT_ACTIONS } from "../../../../data/splats/actions.ts";
import { mergeDown } from "../../../../data/splats/actions/simplify/decimate.ts";
import {
  AT,
  MEMBER,
  merge,
  mergeError,
  overlap,
} from "../../../../data/splats/actions/simplify/mixture.ts";
import { logit, sigmoid } from "../../../../data/splats/activation.ts";
import { selectSplats } from "../../../../data/splats/splats.ts";
import { covariances } from "../covariances.ts";
import { largestError, madeUpSplats } from "../made_up.ts";

/** A bell of standard deviations along the axes, tilted in the plane of x and y. */
function bell(centre: number[], tilt: number, opacity: number, colour: number[]): number[] {
  const [a, b] = [0.5, 0.2];
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
  const xx = (c * a) ** 2 + (s * b) ** 2;
  const yy = (s * a) ** 2 + (c * b) ** 2;
  const xy = c * s * (a * a - b * b);
  return [...centre, xx, xy, 0, yy, 0, 0.09, opacity, a * b * 0.3, ...colour];
}

/** exp(-d / 2) at a point. */
function valueAt(all: Float64Array, at: number, point: readonly number[]): number {
  const [xx, xy, , yy, , zz] = all.subarray(at + AT.covariance, at + AT.covariance + 6);
  const [x, y, z] = [0, 1, 2].map((k) => point[k]! - all[at + k]!) as [number, number, number];
  const determinant = xx! * yy! - xy! * xy!;
  const plane = (yy! * x * x - 2 * xy! * x * y + xx! * y * y) / determinant;
  return Math.exp(-0.5 * (plane + z * z / zz!));
}

const all = Float64Array.from([
  ...bell([0, 0, 0], 0.3, 0.7, [0.9, 0.2, 0.4]),
  ...bell([0.3, -0.1, 0], 0.9, 0.4, [0.5, 0.6, 0.1]),
]);

/** Sums of a function over a fine grid: the slow way to an integral. */
function integral(of: (point: readonly number[]) => number): number {
  const step = 0.08;
  let sum = 0;
  for (let x = -3; x < 3; x += step) {
    for (let y = -2.5; y < 2.5; y += step) {
      for (let z = -2; z < 2; z += step) sum += of([x, y, z]);
    }
  }
  return sum * step ** 3;
}

Deno.test("overlaps and what merging loses are the integrals they stand for", () => {
  const expected = integral((p) => valueAt(all, 0, p) * valueAt(all, MEMBER, p));
  assertAlmostEquals((2 * Math.PI) ** 1.5 * overlap(all, 0, all, MEMBER), expected, 1e-6);
  const merged = new Float64Array(MEMBER);
  merge(all, 0, MEMBER, merged);
  let [lost, whole] = [0, 0];
  for (const channel of [-1, 0, 1, 2]) {
    const part = (of: Float64Array, at: number) =>
      of[at + AT.opacity]! * (channel < 0 ? 1 : of[at + AT.colour + channel]!);
    const two = (p: readonly number[]) =>
      part(all, 0) * valueAt(all, 0, p) + part(all, MEMBER) * valueAt(all, MEMBER, p);
    lost += integral((p) => (two(p) - part(merged, 0) * valueAt(merged, 0, p)) ** 2);
    whole += integral((p) => two(p) ** 2);
  }
  assertAlmostEquals(mergeError(all, 0, MEMBER, merged), lost / whole, 1e-5);
});

Deno.test("a Gaussian in two halves of its opacity is merged to itself, without error", () => {
  const splats = madeUpSplats(40, 2);
  splats.opacities.forEach((value, i) => splats.opacities[i] = logit(0.8 * sigmoid(value)));
  // Apart from each other, so that halves are the nearest.
  splats.positions.forEach((value, at) => splats.positions[at] = 100 * value);
  const twice = selectSplats(splats, Uint32Array.from({ length: 80 }, (_, i) => i % 40));
  twice.opacities.forEach((value, i) => twice.opacities[i] = logit(sigmoid(value) / 2));
  const { splats: merged, error } = mergeDown(twice, 40);
  assertEquals([merged.count, merged.degree], [40, 2]);
  assert(error < 1e-6, `${error}`);
  assert(largestError(merged.positions, splats.positions, { width: 3 }) < 1e-4);
  assert(largestError(merged.shRest, splats.shRest, { width: 24 }) < 1e-6);
  assert(largestError(merged.opacities, splats.opacities, { width: 1, of: sigmoid }) < 1e-4);
  // Thinner than a thousandth of its largest, a deviation is a thousandth afterwards.
  assert(largestError(covariances(merged), covariances(splats), { width: 6 }) < 1e-4);
});

Deno.test("no pair above the error is merged, and that is told", () => {
  const remarks: string[] = [];
  const splats = madeUpSplats(300, 0);
  splats.logScales.fill(-1.7); // a tiny one within a large one would cost next to nothing
  splats.opacities.fill(0);
  const left = SPLAT_ACTIONS.decimate.parse("50%,0.2")(splats, (text) => remarks.push(text));
  assert(left.count > 150 && left.count < 300, `${left.count}`);
  const [, worst] = /erring by ([\d.]+)/.exec(remarks[0]!)!;
  assert(Number(worst) <= 0.2);
  assert(remarks[1]!.startsWith(`${left.count} Gaussians are left`));
  assertEquals(SPLAT_ACTIONS.decimate.parse("50%")(splats, () => {}).count, 150);
  assertEquals(SPLAT_ACTIONS.decimate.parse("7")(splats, () => {}).count, 7);
});
