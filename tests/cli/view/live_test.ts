import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { FolderLock } from "../../../data/files/folder_lock.ts";
import { encodePointCloud } from "../../../data/scenes/points/point_cloud.ts";
import { noise } from "../../noise.ts";
import { browserTest, canvasPicture, drawn, showing } from "./browser.ts";
import { cloudSplats, inFolder, viewpoint, writeKeyFrames, writeModel } from "./scenes.ts";

browserTest(
  "the page of a splat run follows its figures and its newest scene",
  () =>
    inFolder(async (folder) => {
      // A run that has only begun: settings, cameras, the points it starts with.
      await Deno.writeTextFile(join(folder, "cfg_args"), "Namespace()");
      const positions = Float32Array.from(noise(5, 90));
      const colours = new Uint8Array(90).fill(200);
      await Deno.writeFile(join(folder, "input.ply"), encodePointCloud({ positions, colours }));
      const metrics = join(folder, "metrics.jsonl");
      await Deno.writeTextFile(metrics, "");
      await showing(folder, async ({ page, said }) => {
        assertEquals(await options(page), ["starting points"]);
        await status(page, /^30 Gaussians/);
        assertEquals(await figure(page, "iteration").count(), 0);

        // While the folder is locked the run goes on; this process is no training that may be asked.
        await Deno.writeTextFile(join(folder, "run.json"), `{"iterations": 200}`);
        using _ = FolderLock.take(folder);
        await append(metrics, { iteration: 10, loss: 0.5, l1: 0.4, gaussians: 30 });
        await append(metrics, { iteration: 20, loss: 0.25, l1: 0.2, gaussians: 40 });
        await Deno.writeTextFile(metrics, `{"iteration":30,"lo`, { append: true });
        await figure(page, "iteration", "20").waitFor();
        const told = page.getByLabel("run", { exact: true });
        assert((await told.innerText()).startsWith("20 of 200"), await told.innerText());
        await page.getByRole("button", { name: "stop" }).click();
        await page.locator("#status.problem", { hasText: "is no training on this machine" })
          .waitFor();
        assertEquals(await page.locator(".charts svg").count(), 2);
        assertEquals(await page.locator(".charts figure:first-child circle").count(), 2);

        // The rest of the line, the evaluation and a saved scene come one after the other.
        await Deno.writeTextFile(metrics, `ss":0.125,"gaussians":50}\n`, { append: true });
        await figure(page, "loss", "0.1250").waitFor();
        await append(join(folder, "evaluations.jsonl"), { iteration: 30, set: "test", psnr: 21.5 });
        await figure(page, "PSNR of test views", "21.50 dB").waitFor();
        await writeModel(folder, cloudSplats(60, 1), { views: [viewpoint("a", [0, 0, -4])] });
        await status(page, /^60 Gaussians/);
        assertEquals(await options(page), ["iteration 30"]);
        const before = await canvasPicture(page);
        await writeModel(folder, cloudSplats(70, 0, 9), { iteration: 40 });
        await status(page, /^70 Gaussians/);
        await drawn(page);
        assert(!equal(before, await canvasPicture(page)), "the new scene looks like the old one");

        // Who looks at an older scene is left there.
        await page.getByLabel("shown").selectOption("iteration 30");
        await status(page, /^60 Gaussians/);
        await writeModel(folder, cloudSplats(80, 0), { iteration: 50 });
        await page.getByLabel("shown").locator("option", { hasText: "iteration 50" }).waitFor({
          state: "attached",
        });
        await status(page, /^60 Gaussians/);
        // The browser itself notes that the server refused.
        assertEquals(said.filter((line) => !line.includes("409")), []);
      }, { size: [700, 300] });
    }),
);

browserTest(
  "the page of an occupancy run follows its figures and its newest key frame",
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "config.json"), "{}");
      const metrics = join(folder, "metrics.jsonl");
      await Deno.writeTextFile(metrics, "");
      const pictures = join(folder, "pictures");
      await Deno.mkdir(pictures);
      await writeKeyFrames(pictures, 1);
      await showing(folder, async ({ page, said }) => {
        assertEquals(await options(page), ["val_0"]);
        await append(metrics, {
          type: "step",
          step: 5,
          loss: 3.5,
          gradientNorm: 1,
          lr: 0.001,
          seconds: 1,
        });
        await append(metrics, {
          type: "evaluated",
          step: 5,
          miou: 12.5,
          iou: 60,
          classes: [],
          samples: 1,
        });
        await figure(page, "mIoU", "12.50 % (best 12.50 %)").waitFor();
        assertEquals(await page.locator(".charts svg").count(), 4);
        await writeKeyFrames(pictures, 2);
        await page.locator("option", { hasText: "val_1" }).waitFor({ state: "attached" });
        await drawn(page);
        assertEquals(
          await page.getByLabel("shown").locator("option:checked").textContent(),
          "val_1",
        );
        assertEquals(said, []);
      }, { size: [700, 300] });
    }),
);

async function append(path: string, row: unknown): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(row)}\n`, { append: true, create: true });
}

/** The row of a figure, with that value if one is given. */
function figure(page: Page, name: string, value?: string) {
  const row = page.locator("tr").filter({ has: page.locator(`td:text-is("${name}")`) });
  return value === undefined ? row : row.filter({ has: page.locator(`td:text-is("${value}")`) });
}

async function status(page: Page, text: RegExp): Promise<void> {
  await page.locator("#status", { hasText: text }).waitFor();
}

async function options(page: Page): Promise<string[]> {
  return await page.getByLabel("shown").locator("option").allTextContents();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
