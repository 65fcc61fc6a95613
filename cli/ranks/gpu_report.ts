import { join } from "@std/path";
import { installedMpi } from "../../model/mod.ts";
import { gpusOf } from "../gpus/show_only.ts";
import { type VulkanDevice, vulkanDevices } from "../gpus/vulkan_devices.ts";

/** What this host has for several ranks. */
export interface GpuReport {
  /** What each library of MPI that can be opened says of itself. */
  readonly libraries: readonly string[];
  /** Paths of the programs that start ranks. */
  readonly launchers: readonly string[];
  /** The GPUs by number, as `--gpus` takes them; null where Vulkan is not asked. */
  readonly gpus: readonly VulkanDevice[] | null;
  /** Those that a processor plays. */
  readonly software: readonly VulkanDevice[];
  readonly cores: number;
}

const LAUNCHERS = ["mpirun", "mpirun.mpich", "mpirun.openmpi", "srun"];

/** Looks at libraries, launchers and GPUs; opens no device. */
export function examineGpus(): GpuReport {
  const devices = vulkanDevices();
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
  return {
    libraries: installedMpi(),
    launchers: LAUNCHERS.flatMap((name) =>
      folders.map((folder) => join(folder, name)).filter(isThere).slice(0, 1)
    ),
    gpus: gpusOf(devices),
    software: (devices ?? []).filter(({ software }) => software),
    cores: navigator.hardwareConcurrency,
  };
}

/** What the ranks of this host would get, in rows for a table. */
export function gpuRows({ libraries, launchers, gpus, software, cores }: GpuReport): string[][] {
  const rows = [
    ["MPI", libraries.join(", ") || "no library is installed: apt-get install mpich"],
    ["launchers", launchers.join(", ") || "none"],
  ];
  if (!gpus) return [...rows, ["GPUs", "not told by this system: ranks need --share-gpu"]];
  for (const [i, { name, pci }] of gpus.entries()) {
    rows.push([`rank ${i}`, `GPU ${i}, ${name}${pci ? ` at ${pci}` : ""}`]);
  }
  if (gpus.length) return rows;
  const [adapter] = software;
  return adapter
    ? [...rows, ["any rank", `an equal part of ${cores} cores, as ${adapter.name}`]]
    : [...rows, ["GPUs", "none"]];
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
