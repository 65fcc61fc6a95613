/** What an adapter can do beyond plain WebGPU; each has a plain path in the kernels that use it. */
export type Capability = "subgroups" | "f32Atomics" | "f16" | "timestamps";

const FEATURE: Record<Capability, string> = {
  subgroups: "subgroups",
  f32Atomics: "wgpu-shader-float32-atomic",
  f16: "shader-f16",
  timestamps: "timestamp-query",
};

/** Names of the limits that kernels may lean on. */
export const LIMITS = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "maxUniformBufferBindingSize",
  "minStorageBufferOffsetAlignment",
  "minUniformBufferOffsetAlignment",
] as const;

/** The limits every kernel of this project may lean on, as granted by the adapter. */
export type Limits = Record<(typeof LIMITS)[number], number>;

/** Names of the adapter as the driver gives them, and whether it is a processor in disguise. */
export interface AdapterName {
  /** As the driver names itself. */
  readonly description: string;
  /** Maker of the device. */
  readonly vendor: string;
  /** Whether a processor does the work of a GPU. */
  readonly software: boolean;
}

/** Which adapter to ask for and which capabilities to leave unused. */
export interface OpenOptions {
  /** Which of several adapters to take. */
  readonly powerPreference?: GPUPowerPreference;
  /** Capabilities to do without even where the adapter has them; tests use it to reach the plain paths. */
  readonly disable?: readonly Capability[];
}

/** A device with everything the adapter grants. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly name: AdapterName;
  readonly limits: Limits;
  readonly has: Readonly<Record<Capability, boolean>>;
}

/**
 * Opens a device with all limits and capabilities of the adapter.
 *
 * Some features are granted although the adapter does not list them, so each is asked for once on
 * its own; the ones that were granted are then asked for together.
 */
export async function openDevice(options: OpenOptions = {}): Promise<OpenedDevice> {
  const adapter = await requestAdapter(options);
  const requiredLimits: Record<string, number> = {};
  for (const limit of LIMITS) requiredLimits[limit] = adapter.limits[limit];

  const has = { subgroups: false, f32Atomics: false, f16: false, timestamps: false };
  for (const capability of Object.keys(FEATURE) as Capability[]) {
    if (options.disable?.includes(capability)) continue;
    has[capability] = adapter.features.has(FEATURE[capability] as GPUFeatureName) ||
      await grants(options, FEATURE[capability]);
  }
  const requiredFeatures = (Object.keys(FEATURE) as Capability[])
    .filter((capability) => has[capability])
    .map((capability) => FEATURE[capability] as GPUFeatureName);

  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
  const limits = {} as Limits;
  for (const limit of LIMITS) limits[limit] = device.limits[limit];
  return { device, name: nameOf(adapter), limits, has };
}

async function requestAdapter(options: OpenOptions): Promise<GPUAdapter> {
  // With the GL backend loaded, Deno 2.9 sometimes aborts at exit; Vulkan alone never did.
  if (Deno.build.os === "linux" && !Deno.env.get("DENO_WEBGPU_BACKEND")) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
  const adapter = await navigator.gpu?.requestAdapter({
    powerPreference: options.powerPreference ?? "high-performance",
  });
  if (!adapter) {
    throw Object.assign(
      new Error(
        "Cannot open a GPU: no WebGPU adapter answers, a Vulkan, Metal or D3D12 driver is needed",
      ),
      { hint: "On Debian or Ubuntu without a GPU: apt-get install mesa-vulkan-drivers" },
    );
  }
  return adapter;
}

async function grants(options: OpenOptions, feature: string): Promise<boolean> {
  try {
    const adapter = await requestAdapter(options);
    const device = await adapter.requestDevice({ requiredFeatures: [feature as GPUFeatureName] });
    device.destroy();
    return true;
  } catch {
    return false;
  }
}

function nameOf(adapter: GPUAdapter): AdapterName {
  const { description, vendor } = adapter.info;
  const software = /llvmpipe|lavapipe|swiftshader|softpipe|basic render|\bcpu\b/i.test(description);
  return { description: description || "unnamed adapter", vendor, software };
}
