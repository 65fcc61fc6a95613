import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { encodeSplats } from "../../../data/splats/write_splats.ts";
import { makeKeyFrame } from "../../../data/synth/key_frame.ts";
import { WatchedPrediction } from "../../../model/occupancy/watched/watched_prediction.ts";
import { noise } from "../../noise.ts";
import { withGpu } from "../../support.ts";
import { browserTest, drawn } from "../view/browser.ts";
import { inStudio, problemIn } from "./studio_page.ts";

const COUNT = 200;
const SPLATS = {
  count: COUNT,
  degree: 0 as const,
  positions: Float32Array.from(noise(1, 3 * COUNT)),
  logScales: Float32Array.from(noise(2, 3 * COUNT, -4, -3)),
  quaternions: Float32Array.from(noise(3, 4 * COUNT)),
  opacities: Float32Array.from(noise(4, COUNT, 0, 4)),
  shDc: Float32Array.from(noise(5, 3 * COUNT)),
  shRest: new Float32Array(0),
};

browserTest(
  "the studio shows files, predicts as Deno does, refuses what is none, works again without its server",
  () =>
    inStudio(async (page, said, url) => {
      const folder = await Deno.makeTempDir();
      const files = page.locator("#start input[type=file]");
      const [folders, streets, single] = [files.first(), files.nth(1), files.last()];
      try {
        for (const format of ["spz", "ply"] as const) {
          const path = join(folder, `a.${format}`);
          await Deno.writeFile(path, await bytesOf(format));
          await single.setInputFiles(path);
          await page.locator("#panel h1", { hasText: `a.${format}` }).waitFor({ timeout: 60_000 });
          await page.getByText(`${COUNT} Gaussians`).waitFor({ timeout: 60_000 });
          await page.getByText("Another scene").click();
        }
        const broken = join(folder, "broken.spz");
        await Deno.writeFile(broken, (await bytesOf("spz")).subarray(0, 300));
        await single.setInputFiles(broken);
        assertMatch(await problemIn(page), /Cannot read "\/?broken.spz"/);

        await Deno.mkdir(join(folder, "holiday"));
        await Deno.writeTextFile(join(folder, "holiday", "notes.txt"), "no scene");
        await folders.setInputFiles(join(folder, "holiday"));
        assertMatch(await problemIn(page), /"\/holiday".*neither sparse\/ of COLMAP nor/);

        const street = join(folder, "street");
        for (const [path, bytes] of makeKeyFrame()) {
          await Deno.mkdir(join(street, path, ".."), { recursive: true });
          await Deno.writeFile(join(street, path), bytes);
        }
        await page.getByText("Predict the built-in key frame").click();
        const { token, labels } = await predictedHere(street);
        await page.locator("#panel h1", { hasText: "street" }).waitFor({ timeout: 120_000 });
        await drawn(page);
        const there = await page.evaluate(async (id) => {
          const { body } = await (globalThis as any).studio.ask("resource", {
            name: [id, "prediction"],
          });
          return [...new Uint8Array(await body.arrayBuffer())];
        }, token);
        const equal = labels.filter((label, i) => label === there[i]).length;
        assertEquals(there.length, labels.length);
        assert(equal >= 0.999 * labels.length, `${equal} of ${labels.length} voxels are equal`);
        assert(new Set(there).size > 3, "classes that were predicted");
        // Its pictures, of which the sixth is taken away for the next one.
        assertEquals(await page.locator(".pictures img").count(), 6);
        await page.waitForFunction(() =>
          [...(globalThis as any).document.querySelectorAll(".pictures img")]
            .every(({ naturalWidth }) => naturalWidth === 384)
        );
        await Deno.remove(join(street, "pictures", "CAM_BACK.png"));
        await page.getByText("Another scene").click();
        await streets.setInputFiles(street);
        assertMatch(await problemIn(page), /Cannot read "\/street\/pictures\/CAM_BACK.png"/);

        await page.evaluate(() => (navigator as any).serviceWorker.ready);
        await page.context().setOffline(true);
        await page.goto(url);
        await page.getByText("Train the built-in capture").waitFor();
        assertEquals(said.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text)), []);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
);

/** What Deno predicts of the key frame in a folder, as a page would be given it. */
async function predictedHere(folder: string): Promise<{ token: string; labels: Uint8Array }> {
  const watched = await WatchedPrediction.open(folder, { model: "demo" });
  await withGpu(async (gpu) => assertEquals(await watched.next(gpu), false));
  const token = watched.state().items[0]!.id;
  const { body } = (await watched.resource([token, "prediction"]))!;
  return { token, labels: body as Uint8Array };
}

async function bytesOf(format: "spz" | "ply"): Promise<Uint8Array> {
  return new Uint8Array(
    await new Blob([...await encodeSplats(SPLATS, format)] as BlobPart[]).arrayBuffer(),
  );
}
