/**
 * Runs the tests of what computes on a second implementation of WebGPU, Dawn inside Deno (npm package
 * `webgpu`), with its own compiler. It refuses Mesa's software driver before version 25 and then takes
 * SwiftShader, where that is there. `deno task test:dawn [FILES]`
 */
import { HOST_VARIABLE } from "./host.ts";
import { firstThere, runTests, SWIFTSHADER } from "./run_tests.ts";

const ASK = `const { create } = await import("webgpu");
const gpu = create([]);
const adapter = await gpu.requestAdapter();
Deno.exit(adapter ? 0 : 3);`;

async function answers(env: Readonly<Record<string, string>>): Promise<boolean> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", ASK],
    env,
    stdout: "null",
    stderr: "null",
  }).spawn().status;
  return code === 0;
}

if (import.meta.main) {
  const swiftshader = firstThere(SWIFTSHADER);
  const drivers = [{}, ...swiftshader ? [{ VK_DRIVER_FILES: swiftshader }] : []];
  for (const driver of drivers) {
    if (!await answers(driver)) continue;
    Deno.exit(await runTests({ ...driver, [HOST_VARIABLE]: "dawn" }, Deno.args));
  }
  console.log("Dawn was not tried: it cannot be loaded, or no adapter answers it");
}
