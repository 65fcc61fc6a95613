/** A device that Vulkan shows this process. */
export interface VulkanDevice {
  /** As its driver names it. */
  readonly name: string;
  /** Numbers of its maker and kind. */
  readonly vendor: number;
  /** The kind's, among its maker's. */
  readonly device: number;
  /** Whether a processor plays it. */
  readonly software: boolean;
  /** Where it sits, as in "0000:01:00.0"; null where the driver does not say. */
  readonly pci: string | null;
}

const LIBRARY = "libvulkan.so.1";
const CALLS = {
  vkCreateInstance: { parameters: ["buffer", "pointer", "buffer"], result: "i32" },
  vkDestroyInstance: { parameters: ["pointer", "pointer"], result: "void" },
  vkEnumeratePhysicalDevices: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  vkGetPhysicalDeviceProperties2: { parameters: ["pointer", "buffer"], result: "void" },
} as const;

// Of vulkan_core.h: kinds of structures, version 1.1, the type of a processor.
const APPLICATION_INFO = 0;
const INSTANCE_INFO = 1;
const PROPERTIES = 1000059001;
const PCI_BUS_INFO = 1000212000;
const VERSION_1_1 = 0x401000;
const CPU = 4;

/**
 * The devices that a WebGPU opened from now on chooses from, by what the environment says now; null where
 * Vulkan is not what it goes through.
 */
export function vulkanDevices(): VulkanDevice[] | null {
  if (Deno.build.os !== "linux") return null;
  let library: Deno.DynamicLibrary<typeof CALLS>;
  try {
    library = Deno.dlopen(LIBRARY, CALLS);
  } catch {
    return null;
  }
  const { symbols } = library;
  const application = words(48, [[0, APPLICATION_INFO], [44, VERSION_1_1]]);
  const info = words(64, [[0, INSTANCE_INFO]]);
  info.setBigUint64(24, addressOf(application), true);
  const slot = new BigUint64Array(1);
  if (symbols.vkCreateInstance(bytes(info), null, bytes(slot)) !== 0) return [];
  const instance = Deno.UnsafePointer.create(slot[0]!);
  const count = new Uint32Array(1);
  symbols.vkEnumeratePhysicalDevices(instance, bytes(count), null);
  const devices = new BigUint64Array(count[0]!);
  symbols.vkEnumeratePhysicalDevices(instance, bytes(count), bytes(devices));
  const found = Array.from(devices.subarray(0, count[0]), (device) => { // boxed: a handful
    const pci = words(32, [[0, PCI_BUS_INFO], ...[16, 20, 24, 28].map((at) => [at, -1] as const)]);
    // 824 bytes of properties after 16 of head; later versions may write more.
    const properties = words(2048, [[0, PROPERTIES]]);
    const ask = () =>
      symbols.vkGetPhysicalDeviceProperties2(Deno.UnsafePointer.create(device), bytes(properties));
    ask();
    // What a processor plays is on no bus, and SwiftShader complains when it is asked.
    if (properties.getUint32(32, true) !== CPU) {
      properties.setBigUint64(8, addressOf(pci), true);
      ask();
    }
    return describe(properties, pci);
  });
  symbols.vkDestroyInstance(instance, null);
  return found;
}

function describe(properties: DataView, pci: DataView): VulkanDevice {
  const name = bytes(properties).subarray(36, 36 + 256);
  const [domain, bus, device, unit] = [16, 20, 24, 28].map((at) => pci.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return {
    name: new TextDecoder().decode(name.subarray(0, name.indexOf(0))),
    vendor: properties.getUint32(24, true),
    device: properties.getUint32(28, true),
    software: properties.getUint32(32, true) === CPU,
    pci: bus === 0xffffffff ? null : `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${unit}`,
  };
}

/** A structure of so many bytes with words at offsets. */
function words(size: number, values: readonly (readonly [at: number, value: number])[]): DataView {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, value] of values) view.setInt32(at, value, true);
  return view;
}

function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function addressOf(view: ArrayBufferView): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes(view))) as bigint;
}
