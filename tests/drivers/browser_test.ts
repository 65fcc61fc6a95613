import { assertEquals } from "@std/assert";
import { chromiumProgram } from "../chromium.ts";
import { runInBrowser } from "./browser.ts";

// A part of `deno task test:browser`; the studio's test reads packed files without the system's zlib.
const PART = [
  "golden/localagg_test.ts",
  "golden/ssim_test.ts",
  "gpu/parallel/segments_test.ts",
];

if (chromiumProgram === undefined) console.log("skipped: tests in a browser need Chromium");
Deno.test({
  name: "golden files and kernels give the same in a browser",
  ignore: chromiumProgram === undefined,
  async fn() {
    const files = PART.map((file) => new URL(`../${file}`, import.meta.url).pathname);
    const { passed, failed } = await runInBrowser(files);
    assertEquals(failed, []);
    // The golden files may be absent, those of segments never are.
    assertEquals(passed > 0, true);
  },
});
