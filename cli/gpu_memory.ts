import type { MemoryLimit, MemoryRoom } from "../mod.ts";
import type { Gpu } from "../gpu/mod.ts";

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
  if (gpu.name.software) return hostMemory();
  const bytes = /nvidia/i.test(gpu.name.description) ? await nvidiaMemory() : await amdMemory();
  return bytes === null ? null : { bytes, source: `"${gpu.name.description}" has` };
}

/** The same beside what the host has: a software adapter takes its memory from there. */
export async function memoryRoomOf(gpu: Gpu, gib?: number): Promise<MemoryRoom> {
  const { software } = gpu.name;
  return { gpu: await memoryLimitOf(gpu, gib), host: hostMemory(), shared: software };
}

function hostMemory(): MemoryLimit {
  return { bytes: Deno.systemMemoryInfo().available, source: "this machine has left" };
}

/** Of the only NVIDIA device; with several it is not known which one answers. */
async function nvidiaMemory(): Promise<number | null> {
  const lines = await linesOf("nvidia-smi", [
    "--query-gpu=memory.total",
    "--format=csv,noheader,nounits",
  ]);
  const mebibytes = Number(lines[0]);
  return lines.length === 1 && mebibytes > 0 ? mebibytes * 2 ** 20 : null;
}

// As many devices as are looked for.
const CARDS = 16;

/** Of the only AMD device that Linux's driver lists; Deno itself reads nothing there unless all is allowed. */
async function amdMemory(): Promise<number | null> {
  const files = Array.from(
    { length: CARDS },
    (_, i) => `/sys/class/drm/card${i}/device/mem_info_vram_total`,
  );
  const lines = await linesOf("cat", files);
  const bytes = Number(lines[0]);
  return lines.length === 1 && bytes > 0 ? bytes : null;
}

/** The lines that a program prints; none where it cannot be run. */
async function linesOf(program: string, args: readonly string[]): Promise<string[]> {
  try {
    const command = new Deno.Command(program, { args: [...args], stdin: "null", stderr: "null" });
    const { stdout } = await command.output();
    return new TextDecoder().decode(stdout).split("\n").filter((line) => line.trim() !== "");
  } catch {
    return [];
  }
}
