import type { Limits } from "../adapter.ts";
import { FreeBuffers } from "./free_buffers.ts";
import { TooLargeError } from "../too_large.ts";

/** A GPU buffer with the number by which cached bind groups know it. */
export interface PooledBuffer {
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** One use of a pooled buffer, shared by all tensors that look at it. */
export class Storage {
  refs = 1;
  constructor(
    readonly pooled: PooledBuffer,
    /** Bytes that were asked for; the buffer may be larger. */
    readonly bytes: number,
  ) {}
}

/** Bytes of GPU memory: in tensors now, at most so far, and held by the pool in all. */
export interface MemoryUse {
  /** Bytes in use now. */
  inUse: number;
  /** Most bytes that were in use. */
  peak: number;
  /** Bytes taken from the device, free buffers included. */
  reserved: number;
}

/**
 * Recycles GPU buffers, since creating one costs 10-50 µs and Deno's garbage collector does not see
 * GPU memory. A released buffer may be handed out again at once: commands run in the order in which
 * they were encoded. The smallest that fits goes out first and of these the oldest, so equal steps get equal
 * buffers whatever the order of their release, and find their bind groups in the cache.
 */
export class BufferPool {
  readonly memory: MemoryUse = { inUse: 0, peak: 0, reserved: 0 };
  /** Bytes of the largest buffer so far. */
  largest = 0;
  #free = new FreeBuffers();
  #nextId = 1;

  constructor(
    private readonly device: GPUDevice,
    private readonly limits: Limits,
    /** Called with the ids of buffers that are about to be destroyed. */
    private readonly onDestroy: (ids: ReadonlySet<number>) => void,
    private readonly onOutOfMemory: (error: Error) => void,
  ) {}

  acquire(bytes: number): Storage {
    // A class may be larger than the largest buffer that still holds the bytes.
    const size = Math.min(sizeClass(bytes), Math.floor(this.limits.maxBufferSize / 4) * 4);
    if (bytes > this.limits.maxBufferSize) {
      throw new TooLargeError(
        `Cannot allocate a tensor of ${mebibytes(bytes)}: this adapter allows ${
          mebibytes(this.limits.maxBufferSize)
        } in one buffer`,
      );
    }
    const pooled = this.#free.take(size) ?? this.#create(size);
    this.memory.inUse += size;
    this.memory.peak = Math.max(this.memory.peak, this.memory.inUse);
    return new Storage(pooled, size);
  }

  release(storage: Storage): void {
    if (--storage.refs > 0) return;
    this.memory.inUse -= storage.bytes;
    this.#free.add(storage.pooled);
  }

  /** Destroys every buffer that no tensor uses; commands that use them must have been submitted. */
  trim(): void {
    const free = [...this.#free];
    this.onDestroy(new Set(free.map(({ id }) => id)));
    for (const { buffer, bytes } of free) {
      buffer.destroy();
      this.memory.reserved -= bytes;
    }
    this.#free.clear();
  }

  #create(size: number): PooledBuffer {
    this.device.pushErrorScope("out-of-memory");
    const buffer = this.device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST |
        GPUBufferUsage.INDIRECT,
    });
    const { inUse, reserved } = this.memory;
    this.device.popErrorScope().then((error) => {
      if (!error) return;
      this.onOutOfMemory(
        new Error(
          `Cannot allocate ${mebibytes(size)} of GPU memory: ${mebibytes(inUse)} are in use and ${
            mebibytes(reserved - inUse)
          } wait in the pool`,
          { cause: error },
        ),
      );
    }, () => {});
    this.memory.reserved += size;
    this.largest = Math.max(this.largest, size);
    return { id: this.#nextId++, buffer, bytes: size };
  }
}

/** Rounds up to one of sixteen sizes per power of two, which wastes at most a sixteenth. */
function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.ceil(Math.log2(bytes)) - 5));
  return Math.ceil(bytes / step) * step;
}

/** A byte count as people read it. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1)} MiB`;
}
