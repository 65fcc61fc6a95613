import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { countedClasses } from "../../../../data/occupancy/task.ts";
import { applyOverrides } from "../../../../cli/command_line/overrides.ts";
import { hindrance } from "../../../../model/occupancy/evaluation/more_measures.ts";
import { compareOfficial, OFFICIAL } from "../../../../model/occupancy/official/official.ts";
import { checkConfig, modelOf, presets } from "../../../../model/occupancy/table.ts";
import { DryInitializer } from "../gaussianformer/config/dry_initializer.ts";

const NAMES = presets as Readonly<Record<string, typeof presets[keyof typeof presets]>>;

for (const [name, published] of Object.entries(OFFICIAL)) {
  Deno.test(`what was published of ${name} fits its preset, and its classes its mean`, () => {
    assertEquals(name, published.preset);
    // No shape of weights depends on how many rows a prior has, of which there are 640 000.
    const light = name.startsWith("gaussianworld/") ? ["stream.prior=1,1,1"] : [];
    const config = applyOverrides(NAMES[published.preset]!, [...published.set ?? [], ...light]);
    checkConfig(config, { labelled: true });
    for (const measure of published.measures) assertEquals(hindrance(measure, config.task), null);
    assertEquals(published.measures.includes("gaussianworld"), published.rule === "gaussianworld");
    if (published.classes) {
      const counted = countedClasses(config.task).map((label) => config.task.classes[label]!);
      assertEquals(Object.keys(published.classes), counted);
      const values = Object.values(published.classes);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      // Means and classes were rounded to two digits each.
      assertAlmostEquals(mean, published.miou, 0.011);
    }
    // Weights of that name are told from those of other models by their shapes.
    const model = modelOf(config);
    const shapes = [...model.network(new DryInitializer(), config).namedParameters()]
      .map(([key, { shape }]) => [key, { shape: [...shape] }] as const);
    const fitting = Object.entries(model.presets)
      .filter(([, other]) => model.fits(other, Object.fromEntries(shapes))).map(([name]) => name);
    assert(fitting.includes(published.preset), `${fitting}`);
  });
}

Deno.test("an evaluation stands beside what was published, with the difference", () => {
  const published = OFFICIAL["superocc_t"]!;
  const classes = [{ name: "barrier", iou: 0.2235 }, { name: "bicycle", iou: null }];
  const result = {
    samples: 6019,
    split: "val",
    iou: 34.91,
    referenceMiou: 22,
    measures: {},
    classes,
  } as unknown as Parameters<typeof compareOfficial>[1];
  const { rows, remarks } = compareOfficial(published, result);
  const told = rows.map(({ name, here, published, difference }) => [
    name,
    here === null ? null : Number(here.toFixed(2)),
    published,
    difference === null ? null : Number(difference.toFixed(2)),
  ]);
  assertEquals(told, [
    ["barrier", 22.35, 21.35, 1],
    ["bicycle", null, 11.9, null],
    ["mIoU", 22, 22.48, -0.48],
    ["IoU", 34.91, 34.91, 0],
  ]);
  assertEquals(remarks, []);
  const some = compareOfficial(published, { ...result, samples: 12 });
  assertEquals(some.remarks.length, 1);
});

Deno.test("figures by GaussianWorld's rule are compared where those were published", () => {
  const result = {
    samples: 6019,
    split: "val",
    iou: 30,
    referenceMiou: 20,
    measures: { gaussianworld: { miou: 19, iou: 29 } },
    classes: [],
  } as unknown as Parameters<typeof compareOfficial>[1];
  const { rows, remarks } = compareOfficial(OFFICIAL["sq1600"]!, result);
  assertEquals(rows.map(({ name, here, published }) => [name, here, published]), [
    ["mIoU", 19, 20.04],
    ["IoU", 29, null],
  ]);
  assertEquals(remarks.length, 2);
});
