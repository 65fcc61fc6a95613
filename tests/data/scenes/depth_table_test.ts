import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { depthPriorOf, readDepth, readDepthTable } from "../../../data/scenes/depth_table.ts";

function inFolder(work: (path: (name: string) => string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    work((name) => join(folder, name));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("scales far off the median, or without an entry, are not trusted", () => {
  inFolder((path) => {
    const file = path("depth_params.json");
    const scales = { a: 1, b: 2, c: 4, low: 0.3, high: 15.1, none: 0, edge: 15 };
    const json = Object.fromEntries(
      Object.entries(scales).map(([name, scale]) => [name, { scale, offset: 0.5 }]),
    );
    Deno.writeTextFileSync(file, JSON.stringify(json));
    const table = readDepthTable(file);
    // Of 0.3, 1, 2, 4, 15, 15.1: the zero does not count.
    assertEquals(table.median, 3);
    const reliable = (name: string) => depthPriorOf(table, name, "x.png").reliable;
    assertEquals(["a", "b", "c", "edge"].map(reliable), [true, true, true, true]);
    assertEquals(["low", "high", "none", "nobody"].map(reliable), [false, false, false, false]);
    assertEquals(depthPriorOf(table, "c", "x.png").scale, 4);
    Deno.writeTextFileSync(file, '{ "a": { "scale": "1" } }');
    assertThrows(() => readDepthTable(file), SyntaxError, '"a" has no scale and offset');
    assertThrows(() => readDepthTable(path("absent.json")), SyntaxError, "depth needs the scales");
  });
});

Deno.test("depth is resized between pixel centres and brought to the scene's units", () => {
  inFolder((path) => {
    const file = path("d.png");
    const values = Uint16Array.of(0, 65535, 32768, 16384);
    Deno.writeFileSync(file, encodePng({ width: 2, height: 2, data: values, channels: 1 }));
    const prior = { file, unit: 65536, scale: 2, offset: -0.25, reliable: true };
    const same = readDepth(prior, [2, 2]);
    Array.from(values).forEach((value, i) =>
      assertAlmostEquals(same[i]!, 2 * value / 65536 - 0.25, 1e-6)
    );
    // Four columns: a quarter of a pixel off the centres, and the ends hold.
    const wide = readDepth({ ...prior, scale: 1, offset: 0 }, [4, 2]);
    [0, 0.25, 0.75, 1].forEach((share, x) =>
      assertAlmostEquals(wide[x]!, share * 65535 / 65536, 1e-6)
    );
    const absent = { ...prior, file: path("none.png") };
    assertThrows(() => readDepth(absent, [2, 2]), Error, `Cannot read depth "${path("none.png")}"`);
  });
});
