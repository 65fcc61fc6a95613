import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../../data/formats/byte_source.ts";
import { SH_C0 } from "../../../../data/splats/activation.ts";
import { readKsplat } from "../../../../data/splats/ksplat/ksplat.ts";
import { type ShDegree, type Splats, withDegree } from "../../../../data/splats/splats.ts";
import { ksplatBytes } from "./made_up_ksplat.ts";
import { largestAngle, largestError, madeUpSplats } from "../made_up.ts";

const HEADER = 4096;
const SECTION = 1024;

/** Gaussians within reach of buckets of 8 m about their centres. */
function scene(count: number, degree: ShDegree): Splats {
  const splats = madeUpSplats(count, degree);
  splats.positions.forEach((value, at) => splats.positions[at] = value * 0.7);
  return splats;
}

const read = (bytes: Uint8Array): Splats => readKsplat(openSource(bytes, "a.ksplat"));

for (const level of [0, 1, 2] as const) {
  for (const degree of [0, 1, 2, 3] as const) {
    Deno.test(`level ${level} of degree ${degree} is read within its errors`, () => {
      const splats = scene(40, degree);
      const found = read(ksplatBytes([splats], level));
      assertEquals([found.count, found.degree], [40, degree]);
      const within = (error: number, most: number) => assert(error <= most, `${error} > ${most}`);
      within(
        largestError(splats.positions, found.positions, { width: 3 }),
        level === 0 ? 0 : 2 / 32767 + 1e-6,
      );
      // Half floats have 11 bits, fewer below 6e-5.
      const scale = { width: 3, of: Math.exp };
      within(largestError(splats.logScales, found.logScales, scale), level === 0 ? 1e-6 : 2 ** -12);
      within(largestAngle(splats.quaternions, found.quaternions), level === 0 ? 1e-7 : 4e-3);
      within(SH_C0 * largestError(splats.shDc, found.shDc, { width: 3 }), 1 / 510 + 1e-6);
      within(
        largestError(splats.shRest, found.shRest, { width: 3 }),
        [0, 2 ** -12, 2 / 255 + 1e-6][level]!,
      );
    });
  }
}

Deno.test("sections are joined, their degrees raised to the highest", () => {
  const [a, b] = [scene(9, 0), scene(12, 2)];
  const found = read(ksplatBytes([a, b], 1));
  assertEquals([found.count, found.degree], [21, 2]);
  assertEquals(found.shRest.subarray(0, 9 * 24), withDegree(a, 2).shRest);
  assertAlmostEquals(found.positions[3 * 9]!, b.positions[0]!, 1e-4);
});

Deno.test("broken files give one error with file and offset", () => {
  const good = ksplatBytes([scene(20, 1)], 1);
  const changed = (change: (view: DataView) => void) => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };
  const cases: [Uint8Array, string][] = [
    [good.slice(0, 4000), 'Cannot read "a.ksplat" at byte 0: 4096 bytes are expected here'],
    [changed((view) => view.setUint8(0, 1)), "at byte 0: it is .ksplat version 1.1"],
    [changed((view) => view.setUint16(20, 3, true)), "at byte 20: it has compression level 3"],
    [changed((view) => view.setUint32(4, 4e9, true)), "at byte 4: it declares 4000000000 sections"],
    [
      changed((view) => view.setUint32(HEADER, 21, true)),
      "at byte 4096: 21 Gaussians in room for 20",
    ],
    [
      changed((view) => view.setUint16(HEADER + 40, 4, true)),
      "at byte 4136: harmonics of degree 4",
    ],
    [
      changed((view) => view.setUint32(HEADER + 12, 4e9, true)),
      "4000000000 buckets from byte 5120 ends at",
    ],
    [changed((view) => view.setUint16(HEADER + 20, 8, true)), "at byte 4116: buckets of 8 bytes"],
    [
      changed((view) => view.setUint32(HEADER + 32, 2, true)),
      "2 full and 2 other buckets with 3 centres",
    ],
    [
      changed((view) => view.setUint32(HEADER + SECTION, 0, true)),
      "hold 18 Gaussians, there are 20",
    ],
    [good.slice(0, -1), "the file at"],
  ];
  for (const [bytes, message] of cases) assertThrows(() => read(bytes), SyntaxError, message);
});
