/**
 * Runs the tests of what computes on a second driver, SwiftShader, which Debian's Chromium brings along: ten
 * storage buffers a stage, 256 invocations, alignment 256, subgroups of 4, no f16, no float atomics. It is
 * several times slower than Mesa's. `deno task test:swiftshader [FILES]`
 */
import { firstThere, runTests, SWIFTSHADER } from "./run_tests.ts";

if (import.meta.main) {
  const driver = firstThere(SWIFTSHADER);
  if (driver === null) {
    console.log(`SwiftShader was not tried: none of ${SWIFTSHADER.join(", ")} is there`);
    Deno.exit(0);
  }
  const env = { VK_DRIVER_FILES: driver, DENO_WEBGPU_BACKEND: "vulkan" };
  Deno.exit(await runTests(env, Deno.args));
}
