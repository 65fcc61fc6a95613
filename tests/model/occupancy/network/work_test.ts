import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { PARTS } from "../../../../model/occupancy/network/progress.ts";
import { WorkDone, workOf } from "../../../../model/occupancy/network/work.ts";

/** What a forward pass over six pictures tells, one after the other or all at once. */
function* told({ lifter, encoder }: GaussianFormerConfig, apart: boolean) {
  const turns = apart ? 6 : 1;
  const pictures = 6 / turns;
  for (let turn = 0; turn < turns; turn++) {
    for (const stage of [0, 1, 2, 3]) {
      for (let block = 0; block < 3; block++) {
        yield [PARTS.backbone(stage), pictures, 1 / 3] as const;
      }
    }
    yield [PARTS.neck, pictures, 1] as const;
  }
  if (lifter.kind === "sampled") {
    for (let turn = 0; turn < turns; turn++) {
      for (const stage of [0, 1, 2, 3]) yield [PARTS.depths(stage), pictures, 1] as const;
    }
    yield [PARTS.start, 1, 1] as const;
  }
  for (let block = 0; block < encoder.blocks; block++) yield [PARTS.block(block), 1, 1] as const;
  yield [PARTS.head, 1, 1] as const;
}

for (const [name, config] of Object.entries<GaussianFormerConfig>(presets)) {
  Deno.test(`${name}: the parts of a pass make up the whole`, () => {
    for (const apart of [true, false]) {
      const work = new WorkDone(workOf(config), 6);
      const steps = [...told(config, apart)].map((part) => work.add(...part));
      const shares = steps.map(({ share }) => share);
      assertEquals(shares, shares.toSorted((a, b) => a - b));
      assertAlmostEquals(shares.at(-1)!, 1, 1e-9);
      const last = steps.findLast(({ label }) => label.includes("pyramid"))!;
      assertEquals(last.label, apart ? "camera 6 of 6, feature pyramid" : "feature pyramid");
    }
  });
}

Deno.test("the work of ResNet-101 at 864x1600 is about what its layers amount to", () => {
  const work = workOf(presets.nuscenes_gs25600_solid);
  // Multiply-adds of stem and first stage, and the others, in 1e9; sampling counts for more here.
  const layers = [21.6, 26.2, 148.2, 20.7];
  layers.forEach((giga, stage) => {
    const ratio = work.get(PARTS.backbone(stage))! / giga / 1e9;
    assert(ratio > 0.95 && ratio < 2.2, `stage ${stage + 1}: ${ratio}`);
  });
  const neck = work.get(PARTS.neck)! / 6.7e9;
  assert(neck > 0.7 && neck < 1.4, `neck: ${neck}`);
});
