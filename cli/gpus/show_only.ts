import { type VulkanDevice, vulkanDevices } from "./vulkan_devices.ts";

/** Cards, in the order of their places; null where Vulkan is not asked. */
export function gpusOf(devices: readonly VulkanDevice[] | null): VulkanDevice[] | null {
  return devices &&
    devices.filter(({ software }) => !software)
      .sort((a, b) => (a.pci ?? "") < (b.pci ?? "") ? -1 : 1);
}

/** A GPU by its number, as messages list it. */
export function describeGpu({ name, pci }: VulkanDevice, number: number): string {
  return `${number} "${name}"${pci ? ` at ${pci}` : ""}`;
}

/**
 * Has Vulkan show this process one device, for the WebGPU that is opened from now on: Mesa's selection layer
 * does that for the drivers of all makers.
 */
export function showOnly(wanted: VulkanDevice): void {
  const { name, pci, vendor, device } = wanted;
  // A card by its place, of which there is one; what has none by its maker and kind.
  const [variable, value] = pci === null
    ? ["MESA_VK_DEVICE_SELECT", `${vendor.toString(16)}:${device.toString(16)}`] as const
    : ["DRI_PRIME", `pci-${pci.replace(/[:.]/g, "_")}`] as const;
  Deno.env.set(variable, value);
  Deno.env.set("MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE", "1");
  Deno.env.delete("NODEVICE_SELECT");
  // Without one the layer prints an error for each device; with one that is not there it asks no desktop.
  if (!Deno.env.get("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/nonexistent");
  const shown = vulkanDevices()?.filter((one) => pci === null || !one.software);
  if (shown?.length === 1 && isSame(shown[0]!, wanted)) return;
  throw Object.assign(
    new Error(`Cannot take "${name}" alone: Vulkan goes on showing this process other GPUs`),
    {
      hint:
        "Mesa's device selection layer does it for all drivers (on Debian or Ubuntu: apt-get install mesa-vulkan-drivers)",
    },
  );
}

function isSame(a: VulkanDevice, b: VulkanDevice): boolean {
  return a.name === b.name && a.pci === b.pci && a.vendor === b.vendor && a.device === b.device;
}
