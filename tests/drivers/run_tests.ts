/** Tests of what computes: kernels, losses, golden files of the original kernels. */
export const COMPUTING = [
  "tests/gpu",
  "tests/loss",
  "tests/golden",
  "tests/model/occupancy/anchor",
];

/** Where browsers keep the description of SwiftShader, the Vulkan driver that they bring along. */
export const SWIFTSHADER = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

/** The first of some files that is there. */
export function firstThere(paths: readonly string[]): string | null {
  for (const path of paths) {
    try {
      Deno.statSync(path);
      return path;
    } catch {
      // The next one.
    }
  }
  return null;
}

/** Runs the given test files, or all of what computes, under other variables; returns the exit code. */
export async function runTests(
  env: Readonly<Record<string, string>>,
  files: readonly string[],
): Promise<number> {
  const args = ["test", "-A", "--no-check", ...(files.length ? files : COMPUTING)];
  const { code } = await new Deno.Command(Deno.execPath(), { args, env }).spawn().status;
  return code;
}
