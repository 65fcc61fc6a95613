import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import type { Kernel, Snippet } from "../../../gpu/kernel.ts";
import { everyKernel } from "./every_kernel.ts";

/** Kernels that use what no standard has, each with a plain one in its place elsewhere. */
const BEYOND_THE_STANDARD = [
  "gpu/ops/camera/deformable/deformable_aggregation_scatter.wgsl",
];

/** Kernels whose serial twins `gpu.tuning` takes where a workgroup shares 16 KiB only. */
const LARGE_WORKGROUPS = ["gpu/parallel/scan_tiles.wgsl", "gpu/parallel/radix_scatter.wgsl"];

/** Values of overrides that have none of their own, as large as in the full-size models; 1 of all others. */
const OVERRIDES: Readonly<Record<string, number>> = {
  QUADS: 5,
  VALUES: 31,
  SHARES: 64 * 31,
  LEVELS: 4,
  SIZE: 256,
  VECTORS: 4,
  SLOTS: 2,
  PAIRS: 78,
};

// Dawn is gone with its entry point, whatever else is held.
let dawn: GPU | null = null;

/**
 * A device of Dawn that computes nothing, with the limits that every WebGPU device has: its compiler is
 * Tint; null where it cannot be loaded.
 */
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

/** What keeps a kernel from becoming a pipeline of a device, or null. */
async function obstacle(gpu: Gpu, kernel: Kernel): Promise<string | null> {
  const code = [kernel, ...kernel.include].map(({ source }) => source).join("\n");
  const open = code.replace(/\/\/[^\n]*/g, "").matchAll(/override\s+(\w+)\s*(?::\s*\w+)?\s*;/g);
  const constants = Object.fromEntries(
    [...open].map(([, name]) => [name!, OVERRIDES[name!] ?? 1]),
  );
  try {
    gpu.pipelines.get(kernel, constants);
    await gpu.check();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function tintTest(name: string, body: (device: GPUDevice) => Promise<void>): void {
  Deno.test({
    name,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: async () => {
      const device = await dawnDevice();
      if (device) await body(device);
    },
  });
}

const kernels = await everyKernel();
// Loading the engine makes a kernel, which is to be counted.
const { Gpu: Engine } = await import("../../../gpu/device.ts");

tintTest("every kernel, plain and with subgroups, is standard WGSL to Tint", async (device) => {
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
});

tintTest(
  "with the limits of plain WebGPU each kernel that is chosen becomes a pipeline",
  async (device) => {
    const gpu = await Engine.open({ device });
    assertEquals([gpu.tuning.scan, gpu.tuning.scatter, gpu.tuning.mostBuffers], [
      "serial",
      "serial",
      8,
    ]);
    const wrong: string[] = [];
    let made = 0;
    for (const kernel of kernels) {
      if (
        !kernel.fits(gpu) || [...BEYOND_THE_STANDARD, ...LARGE_WORKGROUPS].includes(kernel.path)
      ) {
        continue;
      }
      const found = await obstacle(gpu, kernel);
      if (found) wrong.push(found);
      else made++;
    }
    assertEquals(wrong, []);
    console.log(`${made} pipelines`);
    for (const path of LARGE_WORKGROUPS) {
      const kernel = kernels.find((kernel) => kernel.path === path)!;
      assert(
        (await obstacle(gpu, kernel))!.includes(
          `Cannot compile ${path}: The total use of workgroup`,
        ),
      );
    }
  },
);
