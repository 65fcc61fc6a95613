import type { Option } from "../command_line/options.ts";
import { prepareVulkan } from "../driver.ts";
import { UsageError } from "../command_line/usage_error.ts";
import { describeGpu, gpusOf, showOnly } from "./show_only.ts";
import { type VulkanDevice, vulkanDevices } from "./vulkan_devices.ts";

/** `--gpu`, of every command that opens a GPU. */
export const GPU_OPTION = {
  type: "string",
  value: "NAME|INDEX",
  help: "Which GPU, as doctor lists them; dawn or dawn:NAME opens it by Dawn",
} as const satisfies Option;

/** The variable that stands in for `--gpu`. */
export const GPU_VARIABLE = "VOXSPLAT_GPU";

const OUTSIDE =
  "drivers choose from outside: MESA_VK_DEVICE_SELECT or DRI_PRIME, VK_DRIVER_FILES, CUDA_VISIBLE_DEVICES, " +
  "or a container that shows one GPU (docs/portability.md)";

// Dawn is gone with its entry point, whatever else is held.
let dawn: GPU | null = null;

// As it was before one of them was chosen.
let listed: readonly VulkanDevice[] | null | undefined;

/** All GPUs by their numbers: cards by their places, then what a processor plays; null where none are told. */
export function listedGpus(): readonly VulkanDevice[] | null {
  if (listed !== undefined) return listed;
  prepareVulkan();
  const devices = vulkanDevices();
  const software = devices?.filter((device) => device.software) ?? [];
  return listed = devices && [...gpusOf(devices)!, ...software];
}

/** The one of the listed GPUs that a number, a name, a part of it or a place means. */
export function gpuNamed(gpus: readonly VulkanDevice[], wanted: string): VulkanDevice {
  const text = wanted.trim().toLowerCase();
  const fit = (test: (name: string) => boolean) =>
    gpus.filter(({ name, pci }) => [name, pci ?? ""].some((one) => test(one.toLowerCase())));
  const exact = fit((name) => name === text);
  const found = text === ""
    ? []
    : /^\d+$/.test(text)
    ? gpus.slice(Number(text), Number(text) + 1)
    : exact.length
    ? exact
    : fit((name) => name.includes(text));
  if (found.length === 1) return found[0]!;
  const all = gpus.map(describeGpu).join(", ");
  throw new UsageError(
    found.length
      ? `Cannot choose a GPU by "${wanted}": ${found.length} are called so, it must be one of ${all}`
      : `Cannot take GPU "${wanted}": there is none such, it must be one of ${all || "none"}`,
    found.length ? "its number says which one" : OUTSIDE,
  );
}

/**
 * Has the GPU that is opened from now on be the one that is wanted, by `--gpu` or else VOXSPLAT_GPU; before
 * the first adapter is asked for. What cannot be honoured is refused.
 */
export async function wantGpu(option: string | undefined): Promise<void> {
  const wanted = option ?? Deno.env.get(GPU_VARIABLE);
  if (wanted === undefined || wanted === "" && option === undefined) return;
  const [implementation, name] = wanted.split(/:(.*)/s) as [string, string | undefined];
  if (implementation.toLowerCase() === "dawn") {
    prepareVulkan();
    const { openDawn } = await import("./dawn.ts");
    dawn = await openDawn(name ?? null);
    return;
  }
  const gpus = listedGpus();
  if (gpus === null) {
    throw new UsageError(
      `Cannot choose GPU "${wanted}": Deno's WebGPU takes the system's choice here`,
      `${OUTSIDE}; --gpu dawn:NAME chooses by name`,
    );
  }
  const found = gpuNamed(gpus, wanted);
  if (gpus.length > 1) showOnly(found);
}

/** The implementation of WebGPU that was asked for; nothing where it is Deno's own. */
export function wantedHost(): { readonly gpu?: GPU } {
  return dawn ? { gpu: dawn } : {};
}
