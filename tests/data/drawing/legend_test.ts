import { assert, assertEquals } from "@std/assert";
import { legendPicture, titled } from "../../../data/drawing/legend.ts";
import { blankPicture, shrunk } from "../../../data/pictures/sheet.ts";
import { drawText, GLYPH, textWidth } from "../../../data/drawing/pixel_font.ts";

/** Pixels of a picture that are not white, as text. */
function inkOf({ width, height, data }: ReturnType<typeof blankPicture>): string[] {
  return Array.from(
    { length: height },
    (_, y) =>
      Array.from({ length: width }, (_, x) => data[3 * (y * width + x)] === 255 ? "." : "#")
        .join(""),
  );
}

Deno.test("letters have their shapes, small ones those of capitals", () => {
  const picture = blankPicture(textWidth("Lt"), GLYPH.height);
  drawText(picture, "Lt", { left: 0, top: 0 });
  assertEquals(inkOf(picture), [
    "#.....#####",
    "#.......#..",
    "#.......#..",
    "#.......#..",
    "#.......#..",
    "#.......#..",
    "#####...#..",
  ]);
  const cut = blankPicture(3, 3);
  drawText(cut, "?H", { left: -2, top: -1, scale: 2 });
  assert(inkOf(cut).join("").includes("#"));
});

Deno.test("a legend shows every colour and takes as many lines as it needs", () => {
  const entries = Array.from({ length: 7 }, (_, i) => ({
    name: `name ${i}`,
    colour: [10 * i, 5, 250 - i] as const,
  }));
  for (const width of [70, 200, 1000]) {
    const picture = legendPicture(entries, width);
    assertEquals(picture.width, width);
    const colours = new Set<string>();
    for (let i = 0; i < picture.data.length; i += 3) {
      colours.add(String(picture.data.subarray(i, i + 3)));
    }
    for (const { colour } of entries) assert(colours.has(String(colour)), `${colour} is missing`);
  }
  const heights = [70, 200, 1000].map((width) => legendPicture(entries, width).height);
  assertEquals(heights, [81, 37, 15]);
  assertEquals(titled("x", blankPicture(9, 4)).height, 4 + 15);
});

Deno.test("a picture is made smaller by means over squares", () => {
  const picture = blankPicture(5, 2);
  picture.data.fill(0, 0, 3);
  const small = shrunk(picture, 3);
  assertEquals([small.width, small.height, [...small.data]], [2, 1, [
    191,
    191,
    191,
    255,
    255,
    255,
  ]]);
  assertEquals(shrunk(picture, 5), picture);
});
