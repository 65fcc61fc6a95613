import config from "../../deno.json" with { type: "json" };
import { UsageError } from "../command_line/usage_error.ts";

/** Dawn inside Deno, with its usual adapter or that of a name; the package is loaded by who asks for it alone. */
export async function openDawn(name: string | null): Promise<GPU> {
  let create: (options: readonly string[]) => GPU;
  try {
    // By no literal: `compile` would embed 60 MB for what few want.
    ({ create } = await import(config.imports.webgpu));
  } catch (cause) {
    throw Object.assign(
      new Error("Cannot open Dawn: the package webgpu does not load here", { cause }),
      { hint: "it comes from npm, not with a compiled program; Deno's own WebGPU does without it" },
    );
  }
  let says = "it finds no adapter";
  try {
    const gpu = create(name === null ? [] : [`adapter=${name}`]);
    if (await gpu.requestAdapter({ powerPreference: "high-performance" })) return gpu;
  } catch (error) {
    // It lists what there is, over several lines.
    says = String(error instanceof Error ? error.message : error).trim().replace(/\s*\n\s*/g, " ");
  }
  throw new UsageError(
    `Cannot open Dawn${name === null ? "" : ` on "${name}"`}: ${says}`,
    "it refuses Mesa's software driver before version 25",
  );
}
