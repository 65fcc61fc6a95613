import type { Gpu } from "./device.ts";
import { Tensor } from "./tensor.ts";

interface Staging {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  mappedBefore: boolean;
}

/**
 * Copies tensors to the host. `await mapAsync()` costs at least 10 ms in Deno, which polls and then
 * sleeps; `getMappedRange()` right after an unawaited `mapAsync()` blocks until the data is there
 * and returns within a fraction of that. The standard does not promise it, so a self-test at
 * opening decides whether it is used.
 */
export class Readback {
  #free: Staging[] = [];
  #immediate = false;

  constructor(private readonly gpu: Gpu) {}

  /** Whether reads return as soon as the GPU is done instead of at the next poll. */
  get immediate(): boolean {
    return this.#immediate;
  }

  /** Finds out whether a mapped range can be had without waiting for the promise. */
  async selfTest(): Promise<void> {
    const probe = Tensor.from(this.gpu, new Uint32Array([0x1234abcd, 7, 11, 13]));
    try {
      await this.read(probe);
      this.#immediate = true;
      const expected = new Uint32Array([5, 6, 7, 8]);
      probe.write(expected);
      const got = new Uint32Array(await this.read(probe));
      this.#immediate = expected.every((value, i) => value === got[i]);
    } catch {
      this.#immediate = false;
      this.#free = [];
    } finally {
      probe.release();
    }
  }

  /** The bytes of a tensor, once all that was encoded before has run. */
  async read(tensor: Tensor): Promise<ArrayBuffer> {
    const take = this.aside(tensor);
    if (this.gpu.uncertain) await this.gpu.check();
    return await take();
  }

  /**
   * Copies a tensor aside, and returns what waits for the copy alone: what is encoded in between may
   * still run then.
   */
  aside(tensor: Tensor): () => Promise<ArrayBuffer> {
    const staging = this.#stage(tensor);
    const { bytes } = tensor;
    const mapped = staging.buffer.mapAsync(GPUMapMode.READ);
    mapped.catch(() => {}); // it is thrown where it is awaited
    return async () => {
      if (!(this.#immediate && staging.mappedBefore)) {
        await mapped;
        await this.gpu.check();
        staging.mappedBefore = true;
      }
      return this.#take(staging, bytes);
    };
  }

  /** Asks for a tensor's bytes without waiting: the promise resolves while later steps run. */
  later(tensor: Tensor): Promise<ArrayBuffer> {
    const staging = this.#stage(tensor);
    const { bytes } = tensor;
    return staging.buffer.mapAsync(GPUMapMode.READ).then(async () => {
      staging.mappedBefore = true;
      const copy = this.#take(staging, bytes);
      await this.gpu.check();
      return copy;
    });
  }

  #stage(tensor: Tensor): Staging {
    const fitting = this.#free.findIndex(({ bytes }) =>
      bytes >= tensor.bytes && bytes <= 4 * tensor.bytes + 4096
    );
    const staging = fitting >= 0 ? this.#free.splice(fitting, 1)[0]! : this.#create(tensor.bytes);
    if (tensor.bytes) {
      this.gpu.commands.copyBuffer(
        tensor.buffer,
        tensor.byteOffset,
        staging.buffer,
        0,
        tensor.bytes,
      );
    }
    this.gpu.commands.submit();
    return staging;
  }

  #create(bytes: number): Staging {
    const size = Math.max(1024, Math.ceil(bytes / 1024) * 1024);
    const buffer = this.gpu.device.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    return { buffer, bytes: size, mappedBefore: false };
  }

  #take(staging: Staging, bytes: number): ArrayBuffer {
    const copy = staging.buffer.getMappedRange(0, Math.max(4, bytes)).slice(0, bytes);
    staging.buffer.unmap();
    // Sixteen small ones serve a ring of losses; large ones would be held for nothing.
    if (this.#free.length < 16 && staging.bytes <= 1 << 24) this.#free.push(staging);
    else staging.buffer.destroy();
    return copy;
  }
}
