import type { AdapterName, Limits } from "./adapter.ts";

/**
 * Which of several equally right ways the operators go on a device, made once when it opens; every
 * field can be given to `Gpu.open`, so that each way runs on each adapter.
 */
export interface Tuning {
  /** Bytes of a tensor that a kernel is given at a time. */
  readonly mostBound: number;
  /** Storage buffers that a kernel may bind; kernels that want more have a twin that binds eight. */
  readonly mostBuffers: number;
  /** Products of matrices, convolutions, transpositions: tiles in a thread's registers, or shared by a workgroup. */
  readonly tiling: "registers" | "workgroup";
  /** Tiles of a scan: by one thread each, or by a workgroup. */
  readonly scan: "serial" | "workgroup";
  /** Keys of a sort find their places: by one thread a tile, or by a workgroup. */
  readonly scatter: "serial" | "workgroup";
  /** Sums of a channel's pixels or a column's rows: by one thread each, or by a workgroup or in parts. */
  readonly channelSums: "serial" | "workgroup";
  /** Gradients of what samples are weighed by: by one thread a point, or by a workgroup that shares its channels. */
  readonly sampleGradients: "serial" | "workgroup";
  /** Threads that share a row of up to 1024 values. */
  readonly rowLanes: 1 | 8;
  /** Parts in which sums over all rows are made before they are joined. */
  readonly rowParts: number;
  /** Threads of the one workgroup that picks farthest points. */
  readonly farthestThreads: number;
  /** Values of sampled columns of a deformable convolution at a time. */
  readonly sampledColumns: number;
  /** Whether pictures that do not depend on each other go through a network together. */
  readonly picturesTogether: boolean;
  /** Whether the host gains from encoding steps ahead of the device. */
  readonly runsAhead: boolean;
}

type Ways = Omit<Tuning, "mostBound" | "mostBuffers">;

/** For adapters whose work a processor does: few threads, barriers that cost, memory that is shared. */
export const PROCESSOR: Ways = {
  tiling: "registers",
  scan: "serial",
  scatter: "serial",
  channelSums: "serial",
  sampleGradients: "serial",
  // The barriers of a workgroup cost 10 µs.
  rowLanes: 1,
  // Added up in a single pass.
  rowParts: 64,
  // Lanes take turns at each barrier.
  farthestThreads: 128,
  // 64 MiB: memory is what the processor has.
  sampledColumns: 1 << 24,
  picturesTogether: false,
  runsAhead: false,
};

/** For GPUs, which hide the latency of their memory behind many threads. */
export const GRAPHICS: Ways = {
  tiling: "workgroup",
  scan: "workgroup",
  scatter: "workgroup",
  channelSums: "workgroup",
  sampleGradients: "workgroup",
  // Eight threads read a full sector of 32 bytes.
  rowLanes: 8,
  // Fill a large GPU with 32 threads each.
  rowParts: 512,
  farthestThreads: 1024,
  // 384 MiB: six cameras' columns of ResNet-101's third stage (298 MiB) make one product.
  sampledColumns: 3 << 25,
  picturesTogether: true,
  runsAhead: true,
};

/** Workgroup memory of the kernels that have a serial twin, bytes. */
const SHARED_BYTES = { scan: 17_984, scatter: 26_432 };

/**
 * What suits an adapter, but for what is `given`, as far as its limits allow. It follows from what the adapter says of itself and
 * never from a timing: the same adapter must go the same way, to the bit, in every run.
 */
export function tuningFor(
  { name, limits }: { readonly name: AdapterName; readonly limits: Limits },
  given: Partial<Tuning> = {},
): Tuning {
  const ways = { ...name.software ? PROCESSOR : GRAPHICS, ...given };
  const fits = (bytes: number) => bytes <= limits.maxComputeWorkgroupStorageSize;
  return {
    ...ways,
    scan: fits(SHARED_BYTES.scan) ? ways.scan : "serial",
    scatter: fits(SHARED_BYTES.scatter) ? ways.scatter : "serial",
    farthestThreads: Math.min(ways.farthestThreads, limits.maxComputeInvocationsPerWorkgroup),
    mostBuffers: Math.min(
      given.mostBuffers ?? Infinity,
      limits.maxStorageBuffersPerShaderStage,
    ),
    mostBound: Math.min(given.mostBound ?? Infinity, limits.maxStorageBufferBindingSize),
  };
}
