import { assertEquals } from "@std/assert";
import { Kernel } from "../../../gpu/kernel.ts";
import { readSources } from "../../architecture/source.ts";

/** Every kernel that the library makes; nothing that makes one may have been loaded before. */
export async function everyKernel(): Promise<readonly Kernel[]> {
  const kernels: Kernel[] = [];
  Kernel.made = (kernel) => kernels.push(kernel);
  // Every entry of the package.
  await import("../../../mod.ts");
  await import("../../../gpu/mod.ts");
  await import("../../../loss/mod.ts");
  await import("../../../model/mod.ts");
  await import("../../../model/splat/mod.ts");
  Kernel.made = null;
  const files = (await readSources(new URL("../../../", import.meta.url)))
    .filter(({ path, text }) => /^(gpu|loss|model)\/.*\.wgsl$/.test(path) && /@compute/.test(text));
  const made = new Set(kernels.map(({ path }) => path));
  assertEquals(files.map(({ path }) => path).filter((path) => !made.has(path)), []);
  return kernels;
}
