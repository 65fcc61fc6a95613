import { assert, assertEquals, assertRejects } from "@std/assert";
import { basename, join, toFileUrl } from "@std/path";
import { UsageError } from "../../../cli/command_line/usage_error.ts";
import { view } from "../../../cli/commands/view.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { openGpu } from "../../../cli/gpu.ts";
import { drawPicture } from "../../../model/splat/draw.ts";
import { Gaussians } from "../../../model/splat/gaussians.ts";
import { filesUnder } from "../../shared_files.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { browserTest, canvasPicture, drawn, showing, showingAddress } from "./browser.ts";
import { difference, rgbOf } from "./pictures.ts";
import {
  cloudSplats,
  inFolder,
  type Viewpoint,
  viewpoint,
  writeKeyFrames,
  writeModel,
} from "./scenes.ts";

const VIEWS = [viewpoint("left.png", [-3, -0.7, -3]), viewpoint("right.png", [2.5, 0.4, -3.5])];

browserTest(
  "the splat page loads without errors, and a drag changes the picture",
  () =>
    inFolder(async (folder) => {
      const path = join(folder, "cloud.spz");
      await writeSplats(path, cloudSplats(300));
      await showing(path, async ({ page, said, foreign }) => {
        assertEquals(await page.locator("h1").textContent(), "cloud.spz");
        assert((await page.locator("#status").textContent())!.startsWith("300 Gaussians"));
        const before = await canvasPicture(page);
        assert(spread(before) > 20, "the picture is of one colour");
        await page.mouse.move(120, 120);
        await page.mouse.down();
        await page.mouse.move(240, 150, { steps: 2 });
        await page.mouse.up();
        await drawn(page);
        const turned = await canvasPicture(page);
        assert(difference(before, turned) > 5, "the drag changed nothing");
        await page.keyboard.press("r");
        await drawn(page);
        assert(difference(before, await canvasPicture(page)) < 1, "R did not bring the view back");

        // Flying, a drag turns the head where it is.
        await page.keyboard.press("f");
        const place = () =>
          page.evaluate(() => (globalThis as any).voxsplat.stage.camera.position.toArray());
        const stood = await place();
        await page.mouse.move(120, 120);
        await page.mouse.down();
        await page.mouse.move(200, 140, { steps: 2 });
        await page.mouse.up();
        await drawn(page);
        const stands = await place();
        const moved = Math.hypot(...[0, 1, 2].map((k) => stands[k] - stood[k]));
        assert(moved < 0.05, `a drag moved the head by ${moved}`);
        assert(difference(before, await canvasPicture(page)) > 2, "a drag did not turn the head");
        await page.keyboard.press("r");
        await drawn(page);
        await page.keyboard.down("w");
        await page.waitForTimeout(300);
        await page.keyboard.up("w");
        await drawn(page);
        assert(difference(before, await canvasPicture(page)) > 2, "W moved nothing");
        assertEquals(said, []);
        assertEquals(foreign, []);
      }, { size: [700, 300] });
    }),
);

// Browser and renderer agree on all that a picture is made of; what is left is rounding: to 8 bits after
// each layer of a pixel in the browser (0.29 levels each; a dozen layers come to about 1 level, 48 dB), to
// 8 bits of each harmonic. Measured 53 to 55 dB. A wrong order, width, colour space or sign of a harmonic
// gives less than 30 dB, and harmonics as Spark 2.2.0 reads them itself 36 dB.
const LEAST_PSNR = 48;

browserTest(
  "the browser's picture of a camera is our renderer's",
  () =>
    inFolder(async (folder) => {
      const splats = cloudSplats(400);
      await writeModel(folder, splats, { views: VIEWS });
      const gpu = await openGpu();
      try {
        const gaussians = new Gaussians(gpu, splats);
        gaussians.activeDegree = splats.degree;
        for (const [index, view] of VIEWS.entries()) {
          const ours = await rendered(gaussians, view);
          const { width, height } = view.camera;
          await showing(folder, async ({ page, said }) => {
            const seen = rgbOf(await canvasPicture(page));
            assertEquals(said, []);
            const psnr = psnrOf(seen, ours);
            console.log(`${view.name}: PSNR ${psnr.toFixed(1)} dB against our renderer`);
            assert(
              psnr >= LEAST_PSNR,
              `PSNR ${psnr.toFixed(2)} dB, at least ${LEAST_PSNR} is right`,
            );
          }, { size: [width, height], query: `?bare&camera=${index}` });
        }
        gaussians.release();
      } finally {
        gpu.destroy();
      }
    }),
);

browserTest("an exported page shows the same without a server", () =>
  inFolder(async (folder) => {
    const file = join(folder, "page.html");
    const frames = join(folder, "frames");
    await Deno.mkdir(frames);
    await writeKeyFrames(frames, 1);
    const model = join(folder, "model");
    await writeModel(model, cloudSplats(100, 3), { views: VIEWS });
    const options = { size: [400, 240], query: "?bare&camera=0" } as const;
    for (const path of [model, frames]) {
      await view.run([path, "--export", file, "--overwrite"], keepingTerminal());
      let served: Uint8Array, kept: Uint8Array;
      await showing(path, async ({ page }) => void (served = await canvasPicture(page)), options);
      await showingAddress(toFileUrl(file).href, async ({ page, said, foreign }) => {
        kept = await canvasPicture(page);
        assertEquals([said, foreign], [[], []]);
      }, options);
      // SPZ keeps colours in 8 bits and harmonics in 4 or 5.
      const levels = difference(served!, kept!);
      console.log(`${basename(path)}: ${levels.toFixed(2)} levels between them`);
      assert(levels < 2, `they differ by ${levels} levels`);
    }
    await assertRejects(
      () => view.run([model, "--export", file], keepingTerminal()),
      UsageError,
      "there is such a file already",
    );
  }));

const real = filesUnder("data/splats", /^guitar\.compressed\.ply$|^hamburger\.ply$/);
if (!real.length) console.log("skipped: no trained scenes in ../shared/data/splats");
browserTest("a scene of another tool is shown", async () => {
  const path = real.find((file) => file.endsWith("hamburger.ply")) ?? real[0]!;
  const { splats } = await readSplats(path);
  await showing(path, async ({ page, said }) => {
    const status = await page.locator("#status").textContent();
    assert(status!.startsWith(`${splats.count.toLocaleString("en")} Gaussians`), status!);
    assert(spread(await canvasPicture(page)) > 20);
    assertEquals(said, []);
  }, { size: [480, 200] });
}, { needed: real.length > 0 });

/** Our renderer's picture as bytes [height, width, 3]. */
async function rendered(gaussians: Gaussians, { camera }: Viewpoint): Promise<Uint8Array> {
  const background = [0, 0, 0] as const;
  const image = await drawPicture(gaussians, camera, { antialiasing: false, background });
  const planes = await image.read("f32");
  image.release();
  const pixels = planes.length / 3;
  return Uint8Array.from(
    planes,
    (_, i) => Math.round(255 * planes[(i % 3) * pixels + Math.floor(i / 3)]!),
  );
}

function psnrOf(a: Uint8Array, b: Uint8Array): number {
  assertEquals(a.length, b.length);
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / a.length));
}

/** Standard deviation of a PNG's levels. */
function spread(png: Uint8Array): number {
  const pixels = rgbOf(png);
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length);
}
