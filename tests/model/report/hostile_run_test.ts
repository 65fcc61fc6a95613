import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeReport } from "../../../model/run_report.ts";
import { openView } from "../../../model/view/open_view.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const EVIL = `"><img src=x onerror=alert(1)></style><script>alert(2)</script>`;

/** What stands in a file of a run that somebody edited, or that another program wrote. */
const ODD: readonly Json[] = [null, -1, EVIL, [EVIL], { [EVIL]: EVIL }];

const RUN: Readonly<Record<string, Json>> = {
  "config.json": {
    preset: "demo",
    stage: "model",
    seed: 5,
    version: "1.2.3",
    adapter: "Some GPU",
    resumedFrom: null,
    started: "2026-01-01T00:00:00Z",
    config: { optim: { steps: 3 } },
  },
  "metrics.jsonl": [
    { type: "step", step: 1, loss: 3, gradientNorm: 10, lr: 1e-3, seconds: 1 },
    { type: "skipped", step: 2, reason: "gradients are not finite" },
    { type: "bad", step: 2, token: "a", reason: "broken" },
    { type: "validated", step: 2, loss: 3, samples: 1 },
    { type: "evaluated", step: 2, miou: 12.5, iou: 20, classes: [0.1], samples: 2 },
    { type: "finished", step: 3, seconds: 2.5, peakMemory: 2 ** 21 },
  ],
  "profile.json": [{ kernel: "a.wgsl", calls: 3, milliseconds: 1.5 }],
  "evaluation.json": {
    result: {
      step: 3,
      split: "val",
      samples: 4,
      miou: 10,
      iou: 20,
      classes: [{
        label: 1,
        iou: 0.1,
        precision: 0.1,
        recall: 0.1,
        seen: 1,
        positive: 2,
        correct: 1,
        tp: 1,
        fp: 1,
        fn: 0,
      }],
    },
    baseline: { miou: 1, iou: 2 },
  },
};

const MODEL: Readonly<Record<string, Json>> = {
  cfg_args: "Namespace(source_path='/scenes/x', sh_degree=3)",
  "run.json": {
    adapter: "Some GPU",
    version: "1.2.3",
    seed: 5,
    strategy: "default",
    iterations: 7,
    views: 3,
    gaussians: 5,
    started: "2026-01-01T00:00:00Z",
    resumedAt: 2,
    finished: { seconds: 1, peakMemory: 2 },
  },
  "metrics.jsonl": [{ iteration: 1, l1: 0.2, loss: 0.3, gaussians: 5, visible: 4 }],
  "evaluations.jsonl": [
    { iteration: 1, set: "test", l1: 0.1, channelPsnr: 20, psnr: 21, ssim: 0.5 },
  ],
  "results.json": { ours_7: { SSIM: 0.9, PSNR: 31.5, LPIPS: null } },
  "cameras.json": [{
    id: 0,
    img_name: "a",
    width: 4,
    height: 3,
    fx: 2,
    fy: 2,
    position: [0, 0, 0],
    rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  }],
};

function textOf(name: string, value: Json): string {
  if (name === "cfg_args") return String(value);
  if (!name.endsWith(".jsonl") || !Array.isArray(value)) return JSON.stringify(value);
  return value.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Copies of a value in each of which one part is another; `path` says which. */
function* changed(value: Json, by: Json, path = ""): Generator<[path: string, value: Json]> {
  yield [path, by];
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const [inner, other] of changed(part, by, `${path}.${key}`)) {
      yield [
        inner,
        Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other },
      ];
    }
  }
}

for (const [kind, files] of Object.entries({ RUN, MODEL })) {
  Deno.test(`whatever stands in the files of a ${kind.toLowerCase()}, report and view make no code of it and never fail in the engine`, async () => {
    const folder = await Deno.makeTempDir();
    const write = (name: string, value: Json) =>
      Deno.writeTextFile(join(folder, name), textOf(name, value));
    try {
      for (const [name, value] of Object.entries(files)) await write(name, value);
      assertEquals(writeReport(folder, join(folder, "page.html")).leftOut, []);
      assertEquals((await openView(folder)).state().problem, null);
      let [refused, tried] = [0, 0];
      for (const [name, value] of Object.entries(files)) {
        if (name === "cfg_args") continue;
        for (const odd of ODD) {
          for (const [path, other] of changed(value, odd)) {
            const place = `${name}${path} = ${JSON.stringify(odd)}`;
            tried++;
            await write(name, other);
            try {
              const { page, leftOut } = writeReport(folder, join(folder, "page.html"));
              const text = await Deno.readTextFile(page);
              assert(!/<img src=x|<script/.test(text), place);
              if (leftOut.length) refused++;
              for (const line of leftOut) {
                assert(line.includes(join(folder, name)), `${place}: ${line}`);
              }
            } catch (error) {
              // Without its settings a folder is that of no run.
              assert(error instanceof SyntaxError && name === "config.json", `${place}: ${error}`);
              assert(String(error).includes("Cannot read "), `${place}: ${error}`);
            }
            const { charts, problem } = (await openView(folder)).state();
            assert(!/<img|<script/.test(charts.join("")), place);
            if (problem) assert(problem.includes(name), `${place}: ${problem}`);
          }
        }
        await write(name, value);
      }
      assert(refused > tried / 4, `${refused} of ${tried}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
