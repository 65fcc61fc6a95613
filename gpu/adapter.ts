import type { Tuning } from "./tuning.ts";

/** What an adapter can do beyond plain WebGPU; each has a plain path in the kernels that use it. */
export type Capability = "subgroups" | "f32Atomics" | "f16" | "timestamps";

const FEATURE: Record<Capability, GPUFeatureName> = {
  subgroups: "subgroups" as GPUFeatureName,
  f32Atomics: "wgpu-shader-float32-atomic" as GPUFeatureName,
  f16: "shader-f16",
  timestamps: "timestamp-query",
};
const CAPABILITIES = Object.keys(FEATURE) as Capability[];

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

/** Where the device comes from, which capabilities to leave unused, which ways to go. */
export interface OpenOptions {
  /** The implementation of WebGPU to ask; the host's own by default. */
  readonly gpu?: GPU;
  /** An adapter of the host's choice; only what it lists is used of it. */
  readonly adapter?: GPUAdapter;
  /** A device of the host's, which stays the host's: what it was opened with is used. */
  readonly device?: GPUDevice;
  /** Choices that differ from what suits the adapter. */
  readonly tuning?: Partial<Tuning>;
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
  /** What a shader that uses subgroups begins with: compilers disagree on it. */
  readonly subgroupDirective: string;
}

/**
 * Opens a device with all limits and capabilities of the adapter.
 *
 * Some features are granted although the adapter does not list them, so each is asked for once on
 * its own; the ones that were granted are then asked for together. An adapter gives one device, so
 * one that the host has chosen is not asked.
 */
export async function openDevice(options: OpenOptions = {}): Promise<OpenedDevice> {
  if (options.device) return await describe(options.device, options.device.adapterInfo, options);
  const adapter = options.adapter ?? await requestAdapter(options);
  const requiredLimits: Record<string, number> = {};
  for (const limit of LIMITS) requiredLimits[limit] = adapter.limits[limit];

  const granted: GPUFeatureName[] = [];
  for (const capability of CAPABILITIES) {
    if (options.disable?.includes(capability)) continue;
    const feature = FEATURE[capability];
    if (
      adapter.features.has(feature) || !options.adapter && await grants(options, feature)
    ) granted.push(feature);
  }
  const device = await adapter.requestDevice({ requiredFeatures: granted, requiredLimits });
  return await describe(device, adapter.info, options, granted);
}

async function describe(
  device: GPUDevice,
  info: GPUAdapterInfo,
  { disable }: OpenOptions,
  granted?: readonly GPUFeatureName[],
): Promise<OpenedDevice> {
  const limits = {} as Limits;
  for (const limit of LIMITS) limits[limit] = device.limits[limit];
  const has = Object.fromEntries(
    CAPABILITIES.map((capability) => [
      capability,
      !disable?.includes(capability) &&
      (granted?.includes(FEATURE[capability]) ?? device.features.has(FEATURE[capability])),
    ]),
  ) as Record<Capability, boolean>;
  const directive = has.subgroups && wide(info) ? await findSubgroupDirective(device) : null;
  has.subgroups = directive !== null;
  return { device, name: nameOf(info), limits, has, subgroupDirective: directive ?? "" };
}

/** Whether subgroups are eight threads or more, which kernels that use them lean on. */
function wide(info: GPUAdapterInfo): boolean {
  return ((info as { readonly subgroupMinSize?: number }).subgroupMinSize ?? 0) >= 8;
}

/** The standard's directive, or none for compilers that refuse it; null where neither compiles. */
async function findSubgroupDirective(device: GPUDevice): Promise<string | null> {
  for (const directive of ["enable subgroups;", ""]) {
    device.pushErrorScope("validation");
    device.createShaderModule({
      code: `${directive} @compute @workgroup_size(4)
      fn main(@builtin(local_invocation_index) i: u32) { _ = subgroupBroadcast(i, 0u); }`,
    });
    if (!await device.popErrorScope()) return directive;
  }
  return null;
}

async function requestAdapter({ gpu, powerPreference }: OpenOptions): Promise<GPUAdapter> {
  const adapter = await (gpu ?? navigator.gpu)?.requestAdapter({
    powerPreference: powerPreference ?? "high-performance",
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

async function grants(options: OpenOptions, feature: GPUFeatureName): Promise<boolean> {
  try {
    const adapter = await requestAdapter(options);
    const device = await adapter.requestDevice({ requiredFeatures: [feature] });
    device.destroy();
    return true;
  } catch {
    return false;
  }
}

// Chromium names no driver but an architecture, others the other way round.
function nameOf(info: GPUAdapterInfo): AdapterName {
  const { description, vendor, architecture, device } = info;
  const software = info.isFallbackAdapter === true ||
    /llvmpipe|lavapipe|swiftshader|softpipe|basic render|\bcpu\b/i.test(
      `${description} ${architecture} ${device}`,
    );
  const name = description || `${vendor} ${architecture}`.trim() || "unnamed adapter";
  return { description: name, vendor, software };
}
