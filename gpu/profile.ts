import type { Gpu } from "./device.ts";

// WebGPU allows 4096 queries in one set, two for each dispatch.
const QUERIES = 4096;

/** GPU time of one kernel, summed over its dispatches. */
export interface ProfileRow {
  /** Path of the kernel. */
  readonly kernel: string;
  /** How often it ran. */
  readonly calls: number;
  /** Time on the GPU in all. */
  readonly milliseconds: number;
}

/** Times every dispatch with timestamp queries, one compute pass for each. */
export class Profiler {
  #set: GPUQuerySet;
  #resolved: GPUBuffer;
  #names: string[] = [];
  #pending: { names: string[]; buffer: GPUBuffer }[] = [];
  #rows = new Map<string, { calls: number; nanoseconds: number }>();

  /** `gpu.startProfile()` makes one. */
  constructor(private readonly gpu: Gpu) {
    this.#set = gpu.device.createQuerySet({ type: "timestamp", count: QUERIES });
    this.#resolved = gpu.device.createBuffer({
      size: 8 * QUERIES,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** What a pass needs to have its time taken. */
  passDescriptor(name: string): GPUComputePassDescriptor {
    const first = 2 * this.#names.length;
    this.#names.push(name);
    return {
      label: name,
      timestampWrites: {
        querySet: this.#set,
        beginningOfPassWriteIndex: first,
        endOfPassWriteIndex: first + 1,
      },
    };
  }

  /** Called before each submit. */
  resolve(encoder: GPUCommandEncoder): void {
    const names = this.#names;
    if (!names.length) return;
    const bytes = 16 * names.length;
    const buffer = this.gpu.device.createBuffer({
      size: bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    encoder.resolveQuerySet(this.#set, 0, 2 * names.length, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, buffer, 0, bytes);
    this.#pending.push({ names, buffer });
    this.#names = [];
  }

  /** Time by kernel since the start, longest first. */
  async rows(): Promise<ProfileRow[]> {
    this.gpu.commands.submit();
    const pending = this.#pending.splice(0);
    await Promise.all(pending.map(({ buffer }) => buffer.mapAsync(GPUMapMode.READ)));
    for (const { names, buffer } of pending) {
      const times = new BigUint64Array(buffer.getMappedRange());
      names.forEach((name, i) => {
        const row = this.#rows.get(name) ?? { calls: 0, nanoseconds: 0 };
        row.calls++;
        row.nanoseconds += Number(times[2 * i + 1]! - times[2 * i]!);
        this.#rows.set(name, row);
      });
      buffer.destroy();
    }
    return [...this.#rows].map(([kernel, { calls, nanoseconds }]) => ({
      kernel,
      calls,
      milliseconds: nanoseconds / 1e6,
    })).sort((a, b) => b.milliseconds - a.milliseconds);
  }

  /** Stops timing. */
  stop(): void {
    this.gpu.commands.submit();
    this.gpu.profiler = null;
    this.#set.destroy();
    this.#resolved.destroy();
    for (const { buffer } of this.#pending) buffer.destroy();
  }
}
