import { assertEquals, assertStringIncludes } from "@std/assert";
import { lineChart, niceRange } from "../../../model/report/line_chart.ts";

Deno.test("ticks stand at round numbers around all values", () => {
  assertEquals(niceRange([0.3, 9.7], 5), { low: 0, high: 10, ticks: [0, 2, 4, 6, 8, 10] });
  assertEquals(niceRange([-3, 3], 3), { low: -4, high: 4, ticks: [-4, -2, 0, 2, 4] });
  const { low, high } = niceRange([7, 7], 5); // a flat curve has a range all the same
  assertEquals(low <= 7 && high >= 7 && high > low, true);
  assertEquals(niceRange([0], 5).high > niceRange([0], 5).low, true);
});

Deno.test("a chart draws every curve, leaves out what is no number, and no data is no chart", () => {
  const chart = String(lineChart("a < b", [
    { name: "one", points: [[1, 2], [2, null], [3, NaN], [4, 5]] },
    { name: "two", points: [[1, 1]], smooth: true },
  ]));
  assertEquals(chart.match(/class="curve/g)?.length, 2);
  assertEquals(chart.match(/<circle/g)?.length, 3);
  assertEquals(/NaN|Infinity|undefined/.test(chart), false);
  assertStringIncludes(chart, "a &#60; b");
  assertEquals(lineChart("none", [{ name: "x", points: [[1, null]] }]), null);
});

Deno.test("a logarithmic chart takes positive values, and long curves are thinned", () => {
  const points = Array.from({ length: 100_000 }, (_, i) => [i, 10 ** (i / 20_000)] as const);
  const chart = String(
    lineChart("long", [{ name: "x", points: [[0, 0], [0, -1], ...points] }], { log: true }),
  );
  assertEquals(chart.length < 40_000, true);
  const smooth = String(lineChart("long", [{ name: "x", points, smooth: true }]));
  assertEquals(smooth.match(/class="curve/g)?.length, 2);
  assertEquals(/NaN|Infinity/.test(chart), false);
  for (const label of [">1<", ">10<", ">100000<"]) assertStringIncludes(chart, label);
});
