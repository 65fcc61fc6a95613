/**
 * Runs the tests of what computes in headless Chromium, bundled as a page would load them: its own WebGPU
 * (Dawn) over SwiftShader. One page for each test file. `deno task test:browser [FILES]`
 */
import { relative } from "@std/path";
import { bundleForBrowser } from "../../cli/pack/browser_bundle.ts";
import { chromiumProgram, launchChromium } from "../chromium.ts";
import type { PageResult } from "./browser_page.ts";
import { serveFiles } from "./page_files.ts";
import { COMPUTING } from "./run_tests.ts";

const TESTS = new URL("../", import.meta.url).pathname;
const SHARED = new URL("../../../shared/", import.meta.url).pathname;

/** All test files below some files and folders, by their paths, sorted. */
function testFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (path.endsWith(".ts")) return [path];
    const entries = [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1);
    return entries.flatMap(({ name, isDirectory }) =>
      isDirectory
        ? testFiles([`${path}/${name}`])
        : name.endsWith("_test.ts")
        ? [`${path}/${name}`]
        : []
    );
  });
}

/** Runs test files in a browser, tells of each that failed, and returns how many tests did what. */
export async function runInBrowser(paths: readonly string[]): Promise<PageResult> {
  const files = testFiles(paths.map((path) => Deno.realPathSync(path)));
  const folder = await Deno.makeTempDir({ prefix: "voxsplat-browser-" });
  // What all entries have in common is the folder of tests: the page's script is in it.
  const page = `${TESTS}drivers/browser_page.ts`;
  await bundleForBrowser([page, `${TESTS}support.ts`, ...files], folder);
  const server = serveFiles({ bundled: folder, shared: SHARED });
  const browser = await launchChromium();
  let passed = 0;
  let skipped = 0;
  const failed: { name: string; error: string }[] = [];
  try {
    for (const file of files) {
      const name = relative(TESTS, file);
      const address = `/${name.replace(/\.ts$/, ".js")}`;
      const page = await browser.newPage();
      try {
        const broken = new Promise<never>((_, reject) => page.on("pageerror", reject));
        await page.goto(server.url + `?${address}`);
        // With what modules wait for at their top.
        const loaded = page.waitForFunction(() => "loaded" in globalThis, null, {
          timeout: 120_000,
        });
        await Promise.race([loaded, broken]);
        const result: PageResult = await page.evaluate(() => (globalThis as any).runTests());
        passed += result.passed;
        skipped += result.skipped;
        failed.push(...result.failed);
        console.log(`${name}: ${result.passed} passed, ${result.failed.length} failed`);
        for (const { name, error } of result.failed) console.log(`  ${name}: ${error}`);
      } catch (error) {
        failed.push({ name, error: String(error) });
        console.log(`${name}: ${error}`);
      } finally {
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
  return { passed, skipped, failed };
}

if (import.meta.main) {
  if (chromiumProgram === undefined) {
    console.log("The browser was not tried: Chromium is not here");
    Deno.exit(0);
  }
  const paths = Deno.args.length ? Deno.args : COMPUTING;
  const { passed, skipped, failed } = await runInBrowser(paths);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped} skipped`);
  Deno.exit(failed.length ? 1 : 0);
}
