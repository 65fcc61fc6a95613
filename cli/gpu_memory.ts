import type { Gpu, MemoryLimit } from "../mod.ts";

/** `--memory-limit`, for commands that plan their memory. */
export const MEMORY_OPTION = {
  type: "number",
  min: 0,
  value: "GIB",
  help: "Refuse to start where more GPU memory is needed; default what the adapter has",
} as const;

/**
 * How much GPU memory may be used. WebGPU does not tell how much an adapter has, so it is looked up
 * where the system says it; null where nothing does.
 */
export async function memoryLimitOf(gpu: Gpu, gib?: number): Promise<MemoryLimit | null> {
  if (gib !== undefined) return { bytes: gib * 2 ** 30, source: "--memory-limit allows" };
  if (gpu.name.software) {
    return { bytes: Deno.systemMemoryInfo().available, source: "this machine has left" };
  }
  const bytes = /nvidia/i.test(gpu.name.description) ? await nvidiaMemory() : amdMemory();
  return bytes === null ? null : { bytes, source: `"${gpu.name.description}" has` };
}

/** Of the only NVIDIA device; with several it is not known which one answers. */
async function nvidiaMemory(): Promise<number | null> {
  try {
    const { success, stdout } = await new Deno.Command("nvidia-smi", {
      args: ["--query-gpu=memory.total", "--format=csv,noheader,nounits"],
      stdin: "null",
      stderr: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    const mebibytes = Number(lines[0]);
    return success && lines.length === 1 && mebibytes > 0 ? mebibytes * 2 ** 20 : null;
  } catch {
    return null;
  }
}

/** Of the only AMD device that Linux's driver lists. */
function amdMemory(): number | null {
  try {
    const cards = [...Deno.readDirSync("/sys/class/drm")]
      .filter(({ name }) => /^card\d+$/.test(name))
      .flatMap(({ name }) => {
        try {
          return [
            Number(Deno.readTextFileSync(`/sys/class/drm/${name}/device/mem_info_vram_total`)),
          ];
        } catch {
          return [];
        }
      });
    return cards.length === 1 && cards[0]! > 0 ? cards[0]! : null;
  } catch {
    return null;
  }
}
