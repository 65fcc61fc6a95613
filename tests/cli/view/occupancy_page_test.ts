import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { decodePng } from "../../../data/pictures/png/png.ts";
import { CLASS } from "../../../data/nuscenes/classes.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { browserTest, canvasPicture, drawn, showing } from "./browser.ts";
import { colouredVoxels, inFolder, STREET, writeKeyFrames } from "./scenes.ts";

browserTest(
  "the occupancy page shows voxels, pictures and switches without errors",
  () =>
    inFolder(async (folder) => {
      await writeKeyFrames(folder, 2);
      await showing(folder, async ({ page, said, foreign }) => {
        assertEquals(await page.getByLabel("shown").locator("option").allTextContents(), [
          "val_0",
          "val_1",
        ]);
        assert(await countColour(page, "car") > 100, "no car is to be seen");
        assert(await countColour(page, "driveable_surface") > 1000, "no street is to be seen");

        // A class that is switched off is gone, and its number of voxels with it.
        const all = await shownVoxels(page);
        assertEquals(all, STREET.prediction.filter((label) => label !== CLASS.empty).length);
        await press(page, `[data-name="car"]`);
        assertEquals(await countColour(page, "car"), 0);
        const cars = STREET.prediction.filter((label) => label === CLASS.car).length;
        assertEquals(await shownVoxels(page), all - cars);
        await press(page, `[data-name="car"]`);
        assertEquals(await shownVoxels(page), all);

        // Truth has a pedestrian that the prediction misses; the error map says so.
        assertEquals(await countColour(page, "pedestrian"), 0);
        await press(page, "button:text-is('truth')");
        assert(await countColour(page, "pedestrian") > 20, "no pedestrian is to be seen");
        await press(page, "button:text-is('error')");
        assertEquals(await page.locator(`[data-name="missed"] .count`).textContent(), "2");
        assertEquals(await page.locator(`[data-name="car"]`).isVisible(), false);

        // Side by side, one camera sees both: the pedestrian stands on the left only.
        await page.keyboard.press("4");
        await drawn(page);
        assertEquals(await page.locator(".pane_name").allInnerTexts(), ["truth", "prediction"]);
        assert(
          await countColour(page, "pedestrian") > 8,
          "no pedestrian is to be seen on the left",
        );
        assertEquals(await countColour(page, "pedestrian", { from: 0.5 }), 0);
        assert(await countColour(page, "car", { from: 0.5 }) > 50, "no car on the right");
        assert(await countColour(page, "car", { to: 0.5 }) > 50, "no car on the left");
        await page.keyboard.press("2");
        // Without the lowest level there is no street, without the others no car.
        await page.getByLabel("from level").fill("1");
        await drawn(page);
        assertEquals(await shownVoxels(page), cars);
        await page.getByLabel("from level").fill("0");
        await page.getByLabel("to level").fill("0");
        await drawn(page);
        assertEquals(await shownVoxels(page), all - cars);
        await page.getByLabel("to level").fill("3");
        await page.getByLabel("opacity").fill("0.3");
        await drawn(page);
        assertEquals(await shownVoxels(page), all);
        await page.getByLabel("opacity").fill("1");
        await drawn(page);

        const before = await canvasPicture(page);
        await page.mouse.move(250, 200);
        await page.mouse.down();
        await page.mouse.move(330, 230, { steps: 2 });
        await page.mouse.up();
        await drawn(page);
        assert(!same(before, await canvasPicture(page)), "the drag changed nothing");
        assertEquals([said, foreign], [[], []]);
      });
    }),
);

browserTest(
  "Gaussians lie over the voxels, and pictures are shown and enlarged",
  () =>
    inFolder(async (folder) => {
      await writeKeyFrames(folder, 1);
      await showing(folder, async ({ page, said }) => {
        await page.keyboard.press("v");
        await page.keyboard.press("g");
        await drawn(page);
        await page.locator("#status", { hasText: /^2 Gaussians, at rest$/ }).waitFor();
        assert(await countColour(page, "bus") > 100, "no Gaussian of a bus is to be seen");
        await press(page, `[data-name="bus"]`);
        assertEquals(await countColour(page, "bus"), 0);

        const pictures = page.locator(".pictures img");
        assertEquals(await pictures.count(), 6);
        const widths = await pictures.evaluateAll((images) =>
          images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
        );
        assertEquals(widths, [8, 8, 8, 8, 8, 8]);
        const front = page.locator(".pictures figure", { hasText: /^front$/ });
        const small = (await front.boundingBox())!.width;
        await front.click();
        assert((await front.boundingBox())!.width > 2 * small);
        assertEquals(said, []);
      });
    }),
);

browserTest("voxels of splats are shown in their own colours", () =>
  inFolder(async (folder) => {
    // One voxel of 2 x 2 x 3: in files of splats y points down and z ahead.
    const path = join(folder, "voxels.npz");
    await Deno.writeFile(path, colouredVoxels([1, 0, 2], [250, 30, 30]));
    await showing(path, async ({ page, said }) => {
      const { data, channels } = decodePng(await canvasPicture(page));
      let reds = 0;
      for (let at = 0; at < data.length; at += channels) {
        if (data[at]! > 100 && data[at + 1]! < data[at]! / 2) reds++;
      }
      assert(reds > 500, `${reds} red pixels`);
      await page.locator("#status", { hasText: /^1 voxels/ }).waitFor();
      assertEquals(said, []);
    });
  }));

browserTest(
  "a prediction without truth has no error map, and a broken file says what is wrong",
  () =>
    inFolder(async (folder) => {
      await writeKeyFrames(folder, 1, { truth: false });
      await showing(folder, async ({ page, said }) => {
        assertEquals(await page.locator("button:text-is('truth')").isDisabled(), true);
        assertEquals(await page.locator("button:text-is('error')").isDisabled(), true);
        await Deno.writeFile(join(folder, "val_7.npz"), new Uint8Array(40));
        const status = page.locator("#status.problem");
        await status.waitFor();
        assertStringIncludes((await status.textContent())!, "val_7.npz");
        // The browser itself notes that the server refused.
        assertEquals(said.filter((line) => !line.includes("500")), []);
      });
    }),
);

async function press(page: Page, selector: string): Promise<void> {
  await page.locator(selector).click();
  await drawn(page);
}

/** What the status line says of voxels. */
async function shownVoxels(page: Page): Promise<number> {
  const text = (await page.locator("#status").textContent())!;
  return Number(/^([\d,]+) voxels/.exec(text)![1]!.replaceAll(",", ""));
}

/** Pixels of a class's hue, as light and shade leave it. */
async function countColour(
  page: Page,
  name: keyof typeof CLASS,
  { from = 0, to = 1 } = {},
): Promise<number> {
  const { data, channels, width } = decodePng(await canvasPicture(page));
  const wanted = hueOf(surroundOcc.palette[CLASS[name]]!);
  let count = 0;
  for (let at = 0; at < data.length; at += channels) {
    const across = (at / channels % width) / width;
    if (across < from || across >= to) continue;
    const pixel = [data[at]!, data[at + 1]!, data[at + 2]!];
    const colourful = Math.max(...pixel) - Math.min(...pixel) > 60;
    if (colourful && Math.abs(((hueOf(pixel) - wanted + 540) % 360) - 180) < 8) count++;
  }
  return count;
}

/** Degrees around the colour circle. */
function hueOf(colour: readonly number[]): number {
  const [red, green, blue] = colour as [number, number, number];
  return Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) * 180 / Math.PI;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
