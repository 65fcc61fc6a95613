/**
 * Runs the tests of what computes on a second driver, SwiftShader, which Debian's Chromium brings along: ten
 * storage buffers a stage, 256 invocations, alignment 256, subgroups of 4, no f16, no float atomics. It is
 * several times slower than Mesa's. `deno task test:swiftshader [FILES]`
 */

/** Where browsers keep the driver's description. */
const DESCRIPTIONS = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

const FILES = ["tests/gpu", "tests/loss", "tests/golden", "tests/model/gaussianformer/anchor"];

function driver(): string | null {
  for (const path of DESCRIPTIONS) {
    try {
      Deno.statSync(path);
      return path;
    } catch {
      // The next browser.
    }
  }
  return null;
}

if (import.meta.main) {
  const path = driver();
  if (path === null) {
    console.log(`SwiftShader was not tried: none of ${DESCRIPTIONS.join(", ")} is there`);
    Deno.exit(0);
  }
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...(Deno.args.length ? Deno.args : FILES)],
    env: { VK_DRIVER_FILES: path, DENO_WEBGPU_BACKEND: "vulkan" },
  }).spawn().status;
  Deno.exit(code);
}
