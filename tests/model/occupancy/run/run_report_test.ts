import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../../data/pictures/png/png.ts";
import { writeReport } from "../../../../model/run_report.ts";
import { writeRunReport } from "../../../../model/occupancy/run/run_report.ts";

async function withRun(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "run"));
    const config = {
      preset: "demo",
      seed: 5,
      version: "1.2.3",
      adapter: "Some <GPU>",
      resumedFrom: null,
      started: "2026-01-01T00:00:00Z",
      config: { optim: { steps: 3 } },
    };
    await Deno.writeTextFile(join(folder, "run", "config.json"), JSON.stringify(config));
    const rows = [
      { type: "step", step: 1, loss: 3, gradientNorm: 10, lr: 1e-3, seconds: 1 },
      { type: "skipped", step: 2, reason: "gradients are not finite" },
      {
        ...{ type: "evaluated", step: 2, miou: 12.5, referenceMiou: 70.25, iou: 20, samples: 2 },
        classes: [],
      },
      { type: "step", step: 3, loss: 2, gradientNorm: 5, lr: 1e-3, seconds: 2 },
      { type: "finished", step: 3, seconds: 2.5, peakMemory: 2 ** 21 },
    ];
    await Deno.writeTextFile(
      join(folder, "run", "metrics.jsonl"),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    );
    const data = new Uint8Array(3).fill(9);
    await Deno.writeFile(join(folder, "val_1.png"), encodePng({ width: 1, height: 1, data }));
    await Deno.writeTextFile(join(folder, "broken.png"), "no picture");
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the report of a demo folder holds figures, pictures and settings, and no links", async () => {
  await withRun(async (folder) => {
    const { page: path, leftOut } = writeRunReport(folder);
    assertEquals(leftOut, []);
    assertEquals(path, join(folder, "report.html"));
    const page = await Deno.readTextFile(path);
    for (
      const part of [
        "Some &#60;GPU&#62;",
        "seed 5",
        "12.50 at step 2 (reference mIoU 70.25)",
        "2.0 MiB",
        "gradients are not finite",
        `src="data:image/png;base64,iVBOR`,
        "&#34;steps&#34;: 3",
        "prefers-color-scheme: dark",
      ]
    ) assertStringIncludes(page, part);
    assertEquals(page.match(/<img /g)?.length, 1);
    assertEquals(page.match(/<svg /g)?.length, 4);
    assertEquals(/(src|href)="(?!data:)|@import|url\(/.test(page), false);
  });
});

Deno.test("the report of a work-dir goes where it is asked to, what is no run is named", async () => {
  await withRun(async (folder) => {
    const out = join(folder, "page.html");
    assertEquals(writeRunReport(join(folder, "run"), out).page, out);
    assertEquals((await Deno.stat(out)).isFile, true);
    assertThrows(() => writeRunReport(join(folder, "nowhere")), Error, "nowhere");
    assertThrows(() => writeReport(join(folder, "nowhere")), Error, "there is no such folder");
  });
});
