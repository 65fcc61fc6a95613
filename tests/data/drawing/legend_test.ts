import { assert, assertEquals } from "@std/assert";
import { labelled, legendPicture, spokenName, titled } from "../../../data/drawing/legend.ts";
import { blankPicture, shrunk } from "../../../data/pictures/sheet.ts";
import { glyphOf } from "../../../data/drawing/stroke_font.ts";
import { drawText, textWidth } from "../../../data/drawing/text.ts";

/** Pixels of a picture as text, # where mostly ink is. */
function inkOf({ width, height, data }: ReturnType<typeof blankPicture>): string[] {
  return Array.from(
    { length: height },
    (_, y) =>
      Array.from({ length: width }, (_, x) => data[3 * (y * width + x)]! < 130 ? "#" : ".")
        .join(""),
  );
}

Deno.test("letters have their shapes, capitals and small ones", () => {
  const picture = blankPicture(textWidth("LTt", 16), 18);
  drawText(picture, "LTt", { left: 0, top: 0, size: 16 });
  const rows = inkOf(picture);
  // The stem of L from the top, its foot at the bottom; the bar of T at the top, that of t lower.
  assertEquals([rows[2]![1], rows[2]!.slice(4, 9), rows[16]!.slice(1, 9)], [
    "#",
    ".....",
    "########",
  ]);
  assert(/^.{12,16}#{8,}/.test(rows[1]!) && !/#{4}$/.test(rows[1]!), rows[1]);
  assert(/#{5,}\.?$/.test(rows[6]!), rows[6]);
  const cut = blankPicture(3, 3);
  drawText(cut, "?H", { left: -6, top: -1, size: 14 });
  assert(inkOf(cut).join("").includes("#"));
});

Deno.test("every printable sign has strokes of its own, what has none is a box", () => {
  const box = JSON.stringify(glyphOf("\u4e2d"));
  const signs = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const shapes = signs.map((sign) => JSON.stringify(glyphOf(sign)));
  assertEquals(signs.filter((_, i) => shapes[i] === box), []);
  const twice = signs.filter((_, i) => shapes.indexOf(shapes[i]!) < i);
  // As in many hands.
  assertEquals(twice, ["l"]);
  for (const sign of signs) {
    const { width, strokes } = glyphOf(sign);
    for (const [x, y] of strokes.flat()) {
      assert(x >= -1 && x <= width + 1 && y >= -1 && y <= 22, `${sign} leaves its box`);
    }
  }
  // Marks are left out, the letter stays.
  assertEquals(textWidth("\u00e9", 12), textWidth("e", 12));
});

Deno.test("names of classes and cameras are written as people say them", () => {
  const names = ["CAM_FRONT_LEFT", "driveable_surface", "image_00", "car"].map(spokenName);
  assertEquals(names, ["front left", "driveable surface", "image 00", "car"]);
});

Deno.test("a remark beside a title is left out where there is no room, words stand on any picture", () => {
  const ink = (width: number) => {
    const { data } = titled("Truth", blankPicture(width, 1), { remark: "forward is up" });
    return data.reduce((sum, value) => sum + 255 - value, 0);
  };
  assertEquals([ink(70), ink(90)], [ink(90), ink(70)]);
  assert(ink(300) > 1.5 * ink(90));
  const dark = { ...blankPicture(60, 30), data: new Uint8Array(3 * 60 * 30) };
  const named = labelled("front", dark);
  assert(named.data.some((value) => value > 200) && dark.data.every((value) => value === 0));
});

Deno.test("a legend shows every colour and takes as many lines as it needs", () => {
  const entries = Array.from({ length: 7 }, (_, i) => ({
    name: `name ${i}`,
    colour: [10 * i, 5, 250 - i] as const,
  }));
  for (const width of [80, 200, 1000]) {
    const picture = legendPicture(entries, width);
    assertEquals(picture.width, width);
    const colours = new Set<string>();
    for (let i = 0; i < picture.data.length; i += 3) {
      colours.add(String(picture.data.subarray(i, i + 3)));
    }
    for (const { colour } of entries) assert(colours.has(String(colour)), `${colour} is missing`);
  }
  const lines = [80, 200, 1000].map((width) => (legendPicture(entries, width).height - 6) / 17);
  assertEquals(lines, [7, 4, 1]);
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
