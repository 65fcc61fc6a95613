import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { importance } from "../../../../data/splats/importance.ts";
import { SPLAT_ACTIONS, type SplatActionName } from "../../../../data/splats/actions.ts";
import { cropToBox } from "../../../../data/splats/actions/select/filter_box.ts";
import { keepImportant } from "../../../../data/splats/actions/simplify/max_count.ts";
import { sigmoid } from "../../../../data/splats/activation.ts";
import { allocateSplats, copySplats, type Splats } from "../../../../data/splats/splats.ts";
import { madeUpSplats } from "../made_up.ts";

/** A filter, and which Gaussians it must keep. */
type Case = [name: SplatActionName, value: string, keeps: (splats: Splats, i: number) => boolean];

const size = ({ logScales }: Splats, i: number) =>
  Math.exp(Math.max(logScales[3 * i]!, logScales[3 * i + 1]!, logScales[3 * i + 2]!));

const CASES: Case[] = [
  [
    "filter-box",
    "-2,-2,-2,4,1,4",
    ({ positions: p }, i) =>
      p[3 * i]! >= -2 && p[3 * i + 1]! >= -2 && p[3 * i + 1]! <= 1 && p[3 * i + 2]! >= -2,
  ],
  ["filter-box", "0,-,-,-,-,-", ({ positions: p }, i) => p[3 * i]! >= 0],
  ["crop", "-9,-9,-9,9,0,9", ({ positions: p }, i) => p[3 * i + 1]! <= 0],
  [
    "filter-sphere",
    "1,0,-1,3",
    ({ positions: p }, i) => Math.hypot(p[3 * i]! - 1, p[3 * i + 1]!, p[3 * i + 2]! + 1) <= 3,
  ],
  ["filter-opacity", "0.3", ({ opacities }, i) => sigmoid(opacities[i]!) >= 0.3],
  [
    "filter-opacity",
    "0.1,0.6",
    ({ opacities }, i) => sigmoid(opacities[i]!) >= 0.1 && sigmoid(opacities[i]!) <= 0.6,
  ],
  ["filter-size", "0.05", (splats, i) => size(splats, i) >= 0.05],
  ["filter-size", "0,0.2", (splats, i) => size(splats, i) <= 0.2],
  ["filter-value", "opacity,gt,0", ({ opacities }, i) => opacities[i]! > 0],
  ["filter-value", "y,lte,1.5", ({ positions }, i) => positions[3 * i + 1]! <= 1.5],
  ["filter-value", "scale_2,lt,-3", ({ logScales }, i) => logScales[3 * i + 2]! < -3],
  ["filter-value", "rot_3,gte,0", ({ quaternions }, i) => quaternions[4 * i + 3]! >= 0],
  ["filter-value", "f_dc_1,neq,0", () => true],
  // Of degree 2 there are 8 harmonics a channel: the 11th is the fourth of green.
  ["filter-value", "f_rest_11,gt,0.1", ({ shRest }, i) => shRest[24 * i + 3 * 3 + 1]! > 0.1],
  ["filter-nan", "", () => true],
];

for (const [name, value, keeps] of CASES) {
  Deno.test(`--${name} ${value} keeps the Gaussians it says, in their order`, () => {
    const splats = madeUpSplats(300, 2, 5);
    const expected: number[] = [];
    for (let i = 0; i < 300; i++) if (keeps(splats, i)) expected.push(i);
    const kept = SPLAT_ACTIONS[name].parse(value)(copySplats(splats), () => {});
    assert(name === "filter-nan" || value.includes("neq") || expected.length < 300);
    assertEquals([...kept.opacities], expected.map((i) => splats.opacities[i]!));
    assertEquals(kept.shRest.length, 24 * expected.length);
  });
}

Deno.test("values that say nothing are refused", () => {
  const refused: [SplatActionName, string, string][] = [
    ["filter-box", "1,2,3", "it must be six numbers"],
    ["filter-box", "0,0,0,1,-1,1", "the first corner below the second"],
    ["filter-sphere", "0,0,0,-1", "its radius must not be negative"],
    ["filter-sphere", "0,0,0", "it must be 4 numbers"],
    ["filter-opacity", "0.5,0.2", "the first not above the second"],
    ["filter-opacity", "2", "from 0 to 1"],
    ["filter-size", "-1", "numbers from 0"],
    ["filter-value", "opacity,above,0", "lt, lte, gt"],
    ["filter-value", "colour,gt,0", 'Cannot filter by "colour": it must be x, y, z'],
    ["filter-value", "x,gt,", "and a number"],
    ["filter-harmonics", "4", "it must be a whole number from 0 to 3"],
    ["max-count", "-1", "it must be a whole number from 0"],
    ["decimate", "0", "it must be a whole number from 1"],
    ["decimate", "120%", "or a percentage"],
    ["filter-floaters", "0.001,0.1,0.1", "an edge of 0.01 at least"],
    ["filter-cluster", "1,2", "it must be 3 or 6 numbers"],
    ["translate", "1,x,2", "it must be 3 numbers"],
    ["scale", "0", "it must be a number from"],
    ["align-up", "0,0,0", "it must be a direction"],
    ["align-points", "0,0,0,1,1,1,2,2,2", "three points that lie on no line"],
  ];
  for (const [name, value, message] of refused) {
    assertThrows(() => SPLAT_ACTIONS[name].parse(value), RangeError, message, `${name} ${value}`);
  }
});

Deno.test("cropToBox keeps centres inside the box and on its sides", () => {
  const splats = allocateSplats(4, 0);
  splats.positions.set([0, 0, 0, 1, 1, 1, 1.001, 1, 1, NaN, 0, 0]);
  const kept = cropToBox(splats, { min: [0, 0, 0], max: [1, 1, 1] });
  assertEquals(kept.positions, Float32Array.of(0, 0, 0, 1, 1, 1));
  assertThrows(
    () => cropToBox(splats, { min: [0, 2, 0], max: [1, 1, 1] }),
    RangeError,
    "Cannot crop: the box runs from 2 to 1 along y, the first must not be larger",
  );
});

Deno.test("keepImportant keeps the most important Gaussians in their order", () => {
  const splats = madeUpSplats(100, 0);
  const values = importance(splats);
  const kept = keepImportant(splats, 10);
  assertEquals(kept.count, 10);
  const threshold = [...values].sort((a, b) => b - a)[9]!;
  const expected = [...values.keys()].filter((i) => values[i]! >= threshold);
  assertEquals(kept.opacities, Float32Array.from(expected, (i) => splats.opacities[i]!));
  assertStrictEquals(keepImportant(splats, 100), splats);
  assertEquals(keepImportant(splats, 0).count, 0);
  assertThrows(() => keepImportant(splats, 1.5), RangeError, "Cannot keep 1.5 Gaussians");
});

Deno.test("of equally important Gaussians keepImportant keeps the first, of NaN none before others", () => {
  const splats = allocateSplats(5, 0);
  splats.opacities.set([NaN, 0, 0, 0, 1]);
  splats.positions.set([0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0]);
  assertEquals(
    keepImportant(splats, 3).positions.filter((_, at) => at % 3 === 0),
    Float32Array.of(1, 2, 4),
  );
});
