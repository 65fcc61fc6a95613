import { assertStringIncludes } from "@std/assert";
import { readModelCard } from "../../model/mod.ts";

const page = await Deno.readTextFile(new URL("../../docs/demo.md", import.meta.url));

Deno.test("docs/demo.md has the figures of the very model that comes with the program", () => {
  const { sha256, test, training, curve } = readModelCard("demo");
  const { model, baseline, classes } = test;
  const percent = (value: number | null, digits: number) =>
    value === null ? "–" : value.toFixed(digits);
  for (const { miou, iou } of [model, baseline]) {
    assertStringIncludes(page, `| ${percent(miou, 2)} | ${percent(iou, 2)} |`);
  }
  for (const [name, iou] of Object.entries(classes)) {
    assertStringIncludes(page, `${name.replaceAll("_", " ")} ${percent(iou, 1)}`);
  }
  for (const figure of ["miou", "iou"] as const) {
    assertStringIncludes(
      page,
      `| ${curve.map((point) => percent(point[figure], 1)).join(" | ")} |`,
    );
  }
  assertStringIncludes(page, sha256);
  assertStringIncludes(page, `${training.steps} steps`);
});
