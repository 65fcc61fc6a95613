import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { encodeSplats } from "../../../data/splats/write_splats.ts";
import { noise } from "../../noise.ts";
import { browserTest } from "../view/browser.ts";
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
  "the studio shows files, refuses what is none, and works again without its server",
  () =>
    inStudio(async (page, said, url) => {
      const folder = await Deno.makeTempDir();
      const files = page.locator("input[type=file]");
      const [folders, single] = [files.first(), files.last()];
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

async function bytesOf(format: "spz" | "ply"): Promise<Uint8Array> {
  return new Uint8Array(
    await new Blob([...await encodeSplats(SPLATS, format)] as BlobPart[]).arrayBuffer(),
  );
}
