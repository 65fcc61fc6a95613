import type { OpenOptions } from "../../gpu/adapter.ts";

/** Name of the variable that asks for another implementation of WebGPU than Deno's own. */
export const HOST_VARIABLE = "VOXSPLAT_TEST_WEBGPU";

// Dawn is gone with its entry point, whatever else is held.
let dawn: GPU | null = null;

/** What tests open their devices with: nothing, or Dawn inside Deno (npm package `webgpu`). */
export async function hostOfTests(): Promise<OpenOptions> {
  if (Deno.env.get(HOST_VARIABLE) !== "dawn") return {};
  const { create } = await import("webgpu");
  dawn ??= create([]) as unknown as GPU;
  return { gpu: dawn };
}
