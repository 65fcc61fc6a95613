import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { pack } from "../../../cli/commands/pack.ts";
import { chromiumProgram, launchChromium } from "../../chromium.ts";
import { serveFiles } from "../../drivers/page_files.ts";
import { keepingTerminal } from "../keeping_terminal.ts";

// A program of a page: arrays with a gradient, and a file in memory.
const PROGRAM = `
import { backward, Gpu, matmul, mean, multiply, Tensor, variable } from "/gpu/mod.js";
import { readNpz } from "/data/mod.js";
import "/loss/mod.js";
import "/model/mod.js";
import "/model/splat/mod.js";
const gpu = await Gpu.open();
const a = variable(Tensor.from(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]));
const product = matmul(a, a);
const loss = mean(multiply(product, product));
backward(loss);
globalThis.result = [...await loss.read("f32"), ...await a.gradient.read("f32"), typeof readNpz];
`;

Deno.test("pack makes modules that compute in a page", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const terminal = keepingTerminal();
    await pack.run(["--out", folder, "--minify", "--no-types", "--json"], terminal);
    const { subpaths } = JSON.parse(terminal.out.join(""));
    assertEquals(subpaths, ["./gpu", "./loss", "./data", "./model", "./splat"]);
    const { exports } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
    for (const path of Object.values<{ default: string }>(exports)) {
      assertEquals((await Deno.stat(join(folder, path.default))).isFile, true);
    }
    if (chromiumProgram === undefined) {
      console.log("skipped: no Chromium to load the modules in");
      return;
    }
    await Deno.writeTextFile(join(folder, "program.js"), PROGRAM);
    const server = serveFiles({ bundled: folder, shared: folder });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const broken = new Promise<never>((_, reject) => page.on("pageerror", reject));
      await page.goto(`${server.url}?/program.js`);
      const done = page.waitForFunction(() => "result" in globalThis, null, { timeout: 60_000 });
      await Promise.race([done, broken]);
      // Of A² = [[7, 10], [15, 22]]: mean square, then A²Aᵀ/2 + AᵀA²/2.
      assertEquals(
        await page.evaluate(() => (globalThis as any).result),
        [214.5, 39.5, 68.5, 66.5, 120.5, "function"],
      );
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
