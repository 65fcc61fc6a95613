import { Gpu, type OpenOptions } from "../gpu/mod.ts";
import { prepareVulkan } from "./driver.ts";
import { wantedHost } from "./gpus/wanted_gpu.ts";
import type { Option } from "./command_line/options.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** Presets small enough for a processor that plays GPU. */
const SMALL = /(^|\/)demo$|^street_small$/;

/** `--software`, for commands that run a model. */
export const SOFTWARE_OPTION = {
  type: "boolean",
  help: "Run a full-size preset on a software adapter all the same",
} as const satisfies Option;

/** Opens the GPU as every command does. */
export async function openGpu(options?: OpenOptions): Promise<Gpu> {
  prepareVulkan();
  return await Gpu.open({ ...wantedHost(), ...options });
}

/** Opens the GPU and names it first; a full-size preset on a software adapter needs `--software`. */
export async function openModelGpu(
  { software }: { readonly software: boolean },
  preset: string,
  terminal: Terminal,
): Promise<Gpu> {
  const gpu = await openGpu();
  terminal.note(`on ${gpu.name.description}${gpu.name.software ? ", a software adapter" : ""}`);
  if (gpu.name.software && !software && !SMALL.test(preset)) {
    gpu.destroy();
    throw new UsageError(
      `Cannot run preset "${preset}" on "${gpu.name.description}": it is a software adapter, which would take hours`,
      "give --software to run it all the same",
    );
  }
  return gpu;
}
