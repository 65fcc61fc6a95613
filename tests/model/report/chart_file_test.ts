import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chartFile } from "../../../model/report/chart_file.ts";

Deno.test("a chart's file is whole markup with its title, a name and a curve for each series", () => {
  const file = chartFile("a <b> & c", [
    { name: "mIoU", points: [[0, 1], [500, 14], [1000, 20]] },
    { name: "IoU", points: [[0, 50], [500, 64], [1000, 68]] },
  ]);
  assert(file.startsWith("<svg xmlns=") && file.trimEnd().endsWith("</svg>"), file.slice(0, 80));
  assertStringIncludes(file, "a &#60;b&#62; &#38; c");
  for (const name of ["mIoU", "IoU"]) assertStringIncludes(file, `>${name}</text>`);
  assertEquals(file.match(/<path class="curve c[01]" d="M[\d.]+ [\d.]+L/g)?.length, 2);
  // Nothing is fetched.
  assert(!/href|url\(|@import|<script/.test(file), file);
});

Deno.test("without any point there is no chart", () => {
  assertEquals(chartFile("nothing", [{ name: "a", points: [[1, null]] }]), "");
});
