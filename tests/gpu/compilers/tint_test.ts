import { assert, assertEquals } from "@std/assert";
import type { Kernel, Snippet } from "../../../gpu/kernel.ts";
import { everyKernel } from "./every_kernel.ts";

/** Kernels that use what no standard has, each with a plain one in its place elsewhere. */
const BEYOND_THE_STANDARD = [
  "gpu/ops/camera/deformable/deformable_aggregation_scatter.wgsl",
  "gpu/ops/gaussian/rasterize/blend/blend_backward_atomic.wgsl",
];

// Dawn is gone with its entry point, whatever else is held.
let dawn: GPU | null = null;

/** A device of Dawn that computes nothing: its compiler is Tint; null where it cannot be loaded. */
async function dawnDevice(): Promise<GPUDevice | null> {
  try {
    const { create } = await import("webgpu");
    dawn = create(["backend=null"]) as unknown as GPU;
    const adapter = await dawn.requestAdapter();
    return await adapter!.requestDevice({ requiredFeatures: ["subgroups" as GPUFeatureName] });
  } catch (error) {
    console.log(`Tint was not tried: ${(error as Error).message.split("\n")[0]}`);
    return null;
  }
}

/** What Tint finds wrong with a kernel, with the plain or the native version of its snippets. */
async function refusals(device: GPUDevice, kernel: Kernel, native: boolean): Promise<string[]> {
  const pick = (snippet: Snippet) => native && snippet.native ? snippet.native : snippet;
  const parts = [kernel, ...kernel.include.map(pick)].map(({ source }) => source.trimEnd());
  device.pushErrorScope("validation");
  const code = `${native ? "enable subgroups; " : ""}${parts.join("\n")}`;
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  await device.popErrorScope();
  return messages.filter(({ type }) => type === "error")
    .map(({ lineNum, message }) => `${kernel.path}:${lineNum}: ${message}`);
}

Deno.test({
  name: "every kernel, plain and with subgroups, is standard WGSL to Tint",
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => {
    const device = await dawnDevice();
    if (!device) return;
    const kernels = await everyKernel();
    assert(kernels.length > 190, `${kernels.length} kernels`);
    const wrong: string[] = [];
    let compiled = 0;
    for (const kernel of kernels) {
      if (BEYOND_THE_STANDARD.includes(kernel.path)) continue;
      const subgroups = kernel.include.some(({ native }) => native?.needs === "subgroups");
      for (const native of subgroups ? [false, true] : [false]) {
        wrong.push(...await refusals(device, kernel, native));
        compiled++;
      }
    }
    assertEquals(wrong, []);
    console.log(`${kernels.length} kernels, ${compiled} variants`);
    // What is no standard is refused, so that a refusal is known to be seen.
    for (const path of BEYOND_THE_STANDARD) {
      const kernel = kernels.find((kernel) => kernel.path === path)!;
      assert((await refusals(device, kernel, false)).length > 0, path);
    }
  },
});
