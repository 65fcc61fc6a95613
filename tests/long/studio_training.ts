import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { makeCapture } from "../../data/synth/capture.ts";
import { SPLAT_DEFAULTS } from "../../model/splat/config.ts";
import { scaledSteps } from "../../model/splat/scaled_steps.ts";
import { splatCheckpointOf } from "../../model/splat/training/splat_checkpoint.ts";
import { WatchedTraining } from "../../model/splat/watched/watched_training.ts";
import { inStudio } from "../cli/studio/studio_page.ts";
import { browserTest } from "../cli/view/browser.ts";
import { withGpu } from "../support.ts";

const ITERATIONS = 60;

browserTest(
  "the studio trains its capture as Deno does, and its checkpoint goes on there",
  () =>
    inStudio(async (page) => {
      const folder = await Deno.makeTempDir();
      try {
        // As the page's shortest training, which is stopped soon.
        await page.selectOption("select[aria-label=iterations]", "300");
        await page.getByText("Train the built-in capture").click();
        const progress = page.locator("progress[aria-label=iterations]");
        await page.waitForFunction(
          (least) => (globalThis as any).document.querySelector("progress").value >= least,
          ITERATIONS,
          { timeout: 1_200_000 },
        );
        await page.getByText("Stop", { exact: true }).click();
        await page.getByText("Go on", { exact: true }).waitFor({ timeout: 60_000 });
        assert(await progress.isVisible());
        // Who closes the tab before anything was saved is asked first.
        const asked = page.waitForEvent("dialog");
        await page.close({ runBeforeUnload: true });
        assertEquals((await asked).type(), "beforeunload");
        await (await asked).dismiss();
        const saving = page.waitForEvent("download");
        await page.getByText("Save checkpoint").click();
        const file = join(folder, (await saving).suggestedFilename());
        await (await saving).saveAs(file);
        const checkpoint = splatCheckpointOf(await Deno.readFile(file), file);
        const { step } = checkpoint.state;
        assertEquals(file.endsWith(`chkpnt${step}.safetensors`), true);

        for (const [path, bytes] of makeCapture()) {
          const at = join(folder, "capture", path);
          await Deno.mkdir(join(at, ".."), { recursive: true });
          await Deno.writeFile(at, bytes);
        }
        const usual = {
          ...SPLAT_DEFAULTS,
          source_path: join(folder, "capture"),
          seed: 0,
          eval: true,
        };
        const config = { ...scaledSteps(usual, 300 / SPLAT_DEFAULTS.iterations), iterations: 300 };
        await withGpu(async (gpu) => {
          const here = new WatchedTraining("capture", config);
          const running = here.train(gpu);
          while (here.iteration < step) await new Promise((resolve) => setTimeout(resolve, 5));
          here.stop();
          await running;
          const lossHere = here.rows[step - 1]!.loss;
          const lossThere = await page.evaluate(
            (at) => (globalThis as any).studio.ask("losses").then((all: number[]) => all[at]),
            step - 1,
          );
          assert(Math.abs(lossThere - lossHere) < 1e-3, `${lossThere} there, ${lossHere} here`);
          // The other way round: Deno goes on from the browser's checkpoint.
          const bytes = await Deno.readFile(file);
          const next = new WatchedTraining("capture", config, { name: file, bytes });
          const going = next.train(gpu);
          while (next.iteration < step + 2) await new Promise((resolve) => setTimeout(resolve, 5));
          next.stop();
          await going;
          assert(next.rows[0]!.iteration === step + 1);
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
);
