import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { demoSplat } from "../../../cli/commands/demo/splat.ts";
import { demo } from "../../../cli/commands/demo/street.ts";
import { demoTrain } from "../../../cli/commands/demo/train.ts";
import { readModelCard } from "../../../model/mod.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";

type Run = (words: readonly string[]) => Promise<Record<string, any>>;

/** Runs a command into a folder of its own; it must end well. Its last line of JSON. */
function inFolder(command: typeof demo, body: (run: Run, folder: string) => Promise<void>) {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(async (words) => {
        const terminal = keepingTerminal();
        const code = await command.run([...words, "--out", folder, "--json"], terminal);
        assertEquals(code, 0, terminal.err.join("\n"));
        return JSON.parse(terminal.out.at(-1)!);
      }, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

Deno.test(
  "demo: the shipped model has its card's figures, and the live one learns",
  inFolder(demo, async (run, folder) => {
    const { test } = readModelCard("demo");
    const { shipped, live, baseline, pictures, report } = await run(["--scenes", "50"]);
    assert(Math.abs(shipped.miou - test.model.miou!) < 0.1, `${shipped.miou}`);
    assert(Math.abs(shipped.iou - test.model.iou!) < 0.1, `${shipped.iou}`);
    assertEquals(baseline, test.baseline);
    assert(shipped.miou > live.miou && live.miou > 3, `live ${live.miou}`);
    for (const path of [...pictures, report, join(folder, "street_1.ply")]) {
      assert((await Deno.stat(path)).size > 1000, path);
    }
  }),
);

Deno.test(
  "demo splat: views that it has not seen come close",
  inFolder(demoSplat, async (run) => {
    const { test, sheet } = await run([]);
    assert(test.psnr > 23, `${test.psnr} dB`);
    assert((await Deno.stat(sheet)).size > 10_000);
  }),
);

Deno.test(
  "demo train: the recipe goes on where it was, and what it ships is a model",
  inFolder(demoTrain, async (run, folder) => {
    const short = ["--scenes", "3", "--eval-every", "100", "--save-every", "2"];
    await run([...short, "--steps", "2"]);
    const card = await run([...short, "--steps", "4"]);
    assertEquals([card.training.steps, card.training.scenes], [4, 3]);
    const log = await Deno.readTextFile(join(folder, "run", "metrics.jsonl"));
    const steps = [...log.matchAll(/"type":"step","step":(\d+)/g)].map(([, step]) => Number(step));
    assertEquals(steps, [1, 2, 3, 4]);
  }),
);
