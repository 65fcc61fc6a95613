import config from "../../deno.json" with { type: "json" };
import type { Capability } from "../../gpu/mod.ts";
import { openGpu } from "../gpu.ts";
import { describeGpu } from "../gpus/show_only.ts";
import type { VulkanDevice } from "../gpus/vulkan_devices.ts";
import { listedGpus, wantedHost } from "../gpus/wanted_gpu.ts";
import { defineCommand } from "../command_line/command.ts";
import { describeFailure } from "../terminal/failure.ts";
import { examineGpus, gpuRows } from "../ranks/gpu_report.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { formatColumns, formatNumber } from "../terminal/table.ts";
import { addVectors, type VectorAdd } from "./vector_add.ts";

/** Granted by some adapters without being listed; none of them is needed. */
const OTHER_FEATURES = [
  "wgpu-subgroup-barrier",
  "wgpu-shader-int64",
  "wgpu-timestamp-query-inside-passes",
  "wgpu-pipeline-cache",
  "wgpu-mappable-primary-buffers",
  "wgpu-cooperative-matrix",
];

/** What this machine has for us. */
export interface Report {
  readonly voxsplat: string;
  readonly deno: string;
  readonly system: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** What `--gpu` chooses from, by number; null where this system does not tell. */
  readonly gpus: readonly VulkanDevice[] | null;
  /** Null where no device could be opened; `problem` says why. */
  readonly gpu: GpuReport | null;
  readonly problem: string | null;
}

interface GpuReport {
  /** Whose WebGPU it is. */
  readonly implementation: "Deno" | "Dawn";
  readonly adapter: string;
  readonly vendor: string;
  readonly device: string;
  readonly driver: string;
  readonly backend: string;
  readonly software: boolean;
  readonly capabilities: Readonly<Record<Capability, boolean>>;
  readonly otherFeatures: Readonly<Record<string, boolean>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly check: VectorAdd;
}

/** `voxsplat doctor`. */
export const doctor = defineCommand({
  summary: "Show the GPU, what it can do, and whether it computes right",
  needs: ["read", "env", "sys", "ffi"],
  gpu: true,
  examples: ["", "--json", "--gpu llvmpipe", "--gpus"],
  options: {
    gpus: { type: "boolean", help: "Show instead what each rank of this host would get, and MPI" },
    json: JSON_OPTION,
  },
  async run({ json, gpus }, terminal) {
    if (gpus) {
      const found = examineGpus();
      if (json) terminal.printJson(found);
      else terminal.print(formatColumns(gpuRows(found)));
      return 0;
    }
    const report = await examine();
    if (json) terminal.printJson(report);
    else terminal.print(write(report));
    if (report.problem !== null && !json) terminal.complain(report.problem);
    return report.problem === null ? 0 : 1;
  },
});

/** Looks at the machine; a GPU that cannot be used is part of the report, not an error. */
export async function examine(
  gpus: readonly VulkanDevice[] | null = listedGpus(),
): Promise<Report> {
  const machine = {
    gpus,
    voxsplat: config.version,
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
  };
  try {
    const gpu = await examineGpu();
    const { wrong, size } = gpu.check;
    const problem = wrong === 0
      ? null
      : `error: Cannot trust "${gpu.adapter}": ${wrong} of ${size} sums of two vectors are wrong`;
    return { ...machine, gpu, problem };
  } catch (error) {
    return { ...machine, gpu: null, problem: describeFailure(error).lines.join("\n") };
  }
}

async function examineGpu(): Promise<GpuReport> {
  const gpu = await openGpu();
  try {
    const info = gpu.device.adapterInfo;
    const check = await addVectors(gpu);
    await gpu.check();
    const otherFeatures: Record<string, boolean> = {};
    for (const name of OTHER_FEATURES) otherFeatures[name] = await grants(name);
    const implementation = wantedHost().gpu ? "Dawn" : "Deno";
    return {
      implementation,
      adapter: gpu.name.description,
      vendor: vendorName(gpu.name.vendor),
      device: info.device,
      driver: info.architecture || "not told",
      backend: backendName(),
      software: gpu.name.software,
      capabilities: gpu.has,
      otherFeatures,
      limits: gpu.limits,
      check,
    };
  } finally {
    gpu.destroy();
  }
}

/** Whether the adapter opens a device with one more feature; it may grant what it does not list. */
async function grants(feature: string): Promise<boolean> {
  try {
    const { gpu = navigator.gpu } = wantedHost();
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    const device = await adapter?.requestDevice({ requiredFeatures: [feature as GPUFeatureName] });
    device?.destroy();
    return device !== undefined;
  } catch {
    return false;
  }
}

/** PCI and Khronos vendor numbers in words; the decimal number where it is none of them. */
function vendorName(id: string): string {
  const names: Record<number, string> = {
    0x1002: "AMD",
    0x106b: "Apple",
    0x10de: "NVIDIA",
    0x13b5: "Arm",
    0x1414: "Microsoft",
    0x5143: "Qualcomm",
    0x8086: "Intel",
    0x10005: "Mesa",
  };
  return names[Number(id)] ?? id;
}

/** WebGPU does not tell the backend: what is asked for, or what the system has. */
function backendName(): string {
  const asked = Deno.env.get("DENO_WEBGPU_BACKEND");
  if (asked) return asked;
  if (Deno.build.os === "darwin") return "metal";
  return Deno.build.os === "windows" ? "d3d12 or vulkan" : "vulkan";
}

function write(report: Report): string {
  const rows: string[][] = [
    ["voxsplat", report.voxsplat],
    ["deno", report.deno],
    ["system", `${report.system}, ${report.cores} cores, ${bytes(report.memoryBytes)}`],
  ];
  const { gpu, gpus } = report;
  rows.push([
    "to choose from",
    gpus ? gpus.map(describeGpu).join(", ") || "nothing" : "not told by this system",
  ]);
  if (gpu === null) return formatColumns([...rows, ["adapter", "none"]]);
  rows.push(
    ["adapter", gpu.adapter + (gpu.software ? " (software: runs on the processor)" : "")],
    ["vendor", `${gpu.vendor}, device ${gpu.device}, driver ${gpu.driver}`],
    ["WebGPU", gpu.implementation],
    ["backend", gpu.backend],
  );
  for (const [name, has] of Object.entries(gpu.capabilities)) {
    rows.push([name, has ? "yes, and used" : "no, the plain path is used"]);
  }
  const granted = Object.entries(gpu.otherFeatures).filter(([, has]) => has).map(([name]) => name);
  rows.push(["granted, not used", granted.join(", ") || "nothing"]);
  for (const [name, value] of Object.entries(gpu.limits)) {
    rows.push([
      name,
      /Binding(Size)?$|BufferSize|StorageSize/.test(name) ? bytes(value) : `${value}`,
    ]);
  }
  const { size, wrong, milliseconds, gigabytesPerSecond } = gpu.check;
  rows.push([
    "vector add",
    `${size - wrong} of ${size} sums right, ${formatNumber(milliseconds)} ms, ` +
    `${formatNumber(gigabytesPerSecond)} GB/s`,
  ]);
  return formatColumns(rows);
}

function bytes(count: number): string {
  if (count < 2 ** 20) return `${formatNumber(count / 2 ** 10)} KiB`;
  return count < 2 ** 30
    ? `${formatNumber(count / 2 ** 20)} MiB`
    : `${formatNumber(count / 2 ** 30)} GiB`;
}
