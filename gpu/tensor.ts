import type { Gpu } from "./device.ts";
import type { Scope } from "./scope.ts";
import type { Storage } from "./pool/pool.ts";

/** Element types; u8 is packed four to a u32 word and padded to whole words. */
export type DType = "f32" | "u32" | "i32" | "u8";

/** Host arrays by element type. */
export interface HostArrays {
  /** Single precision. */
  f32: Float32Array;
  /** Whole numbers from 0. */
  u32: Uint32Array;
  /** Whole numbers. */
  i32: Int32Array;
  /** Bytes. */
  u8: Uint8Array;
}

const HOST = { f32: Float32Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array };

/** A dense row-major array in GPU memory; several tensors may look at one storage. */
export class Tensor {
  /** Elements in all. */
  readonly size: number;
  /** Bytes in the buffer, padded to whole 4-byte words. */
  readonly bytes: number;
  /** Whether gradients flow to this tensor. */
  requiresGradient = false;
  /** Gradient of a leaf, summed over backward passes. */
  gradient: Tensor | null = null;
  /** Whether the gradient outlives the scope in which it arose, as a parameter's does. */
  ownsGradient = false;
  /** Backward passes release the outputs of operators once they are done; a retained one stays. */
  retained = false;
  /** Whether its memory was given back. */
  released = false;
  /** The scope that releases this tensor, if any. */
  scope: Scope | null;

  /**
   * `Tensor.from`, `zeros` and `empty` make one.
   *
   * @internal
   */
  constructor(
    readonly gpu: Gpu,
    readonly shape: readonly number[],
    readonly dtype: DType,
    /** @internal */
    readonly storage: Storage,
    readonly byteOffset = 0,
  ) {
    this.size = sizeOf(shape);
    this.bytes = bytesOf(this.size, dtype);
    this.scope = gpu.currentScope;
    this.scope?.add(this);
  }

  /** A tensor with undefined contents. */
  static empty(gpu: Gpu, shape: readonly number[], dtype: DType = "f32"): Tensor {
    return new Tensor(
      gpu,
      shape,
      dtype,
      gpu.pool.acquire(Math.max(16, bytesOf(sizeOf(shape), dtype))),
    );
  }

  /** A tensor of zeros. */
  static zeros(gpu: Gpu, shape: readonly number[], dtype: DType = "f32"): Tensor {
    const tensor = Tensor.empty(gpu, shape, dtype);
    gpu.commands.clear(tensor);
    return tensor;
  }

  /** A tensor with the given contents; plain arrays of numbers become f32 unless said otherwise. */
  static from(
    gpu: Gpu,
    data: readonly number[] | Float32Array | Uint32Array | Int32Array | Uint8Array,
    shape: readonly number[] = [data.length],
    dtype: DType = dtypeOf(data),
  ): Tensor {
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot make a tensor [${shape}]: it needs ${sizeOf(shape)} values, got ${data.length}`,
      );
    }
    const tensor = Tensor.empty(gpu, shape, dtype);
    tensor.write(data instanceof HOST[dtype] ? data : HOST[dtype].from(data));
    return tensor;
  }

  /** The first axis, or 1 for a scalar. */
  get rows(): number {
    return this.shape[0] ?? 1;
  }

  /** The buffer that holds it, from `byteOffset` on. */
  get buffer(): GPUBuffer {
    return this.storage.pooled.buffer;
  }

  /** Overwrites the contents from host memory. */
  write(data: Float32Array | Uint32Array | Int32Array | Uint8Array): void {
    if (data.length !== this.size) {
      throw new RangeError(
        `Cannot write to a tensor [${this.shape}]: it holds ${this.size} values, got ${data.length}`,
      );
    }
    let bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.byteLength % 4) {
      const padded = new Uint8Array(this.bytes);
      padded.set(bytes);
      bytes = padded;
    }
    this.gpu.commands.write(this, bytes);
  }

  /** Reads the contents back; waits for the GPU, so never in a hot loop. */
  read(): Promise<HostArrays[DType]>;
  /** The same with the kind of numbers said, so that the type of the array is known. */
  read<D extends DType>(dtype: D): Promise<HostArrays[D]>;
  async read(): Promise<HostArrays[DType]> {
    this.#checkLive("read");
    const bytes = await this.gpu.readback.read(this);
    return new HOST[this.dtype](bytes, 0, this.size);
  }

  /** The same storage under another shape of equal size, without a place on the tape. */
  alias(shape: readonly number[] = this.shape): Tensor {
    this.#checkLive("alias");
    if (sizeOf(shape) !== this.size) {
      throw new RangeError(
        `Cannot view [${this.shape}] as [${shape}]: ${this.size} values against ${sizeOf(shape)}`,
      );
    }
    this.storage.refs++;
    return new Tensor(this.gpu, shape, this.dtype, this.storage, this.byteOffset);
  }

  /** Rows `start` to `end` of the first axis as a view, without a place on the tape. */
  window(start: number, end: number): Tensor {
    this.#checkLive("window");
    const row = sizeOf(this.shape.slice(1));
    this.storage.refs++;
    return new Tensor(
      this.gpu,
      [end - start, ...this.shape.slice(1)],
      this.dtype,
      this.storage,
      this.byteOffset + bytesOf(start * row, this.dtype),
    );
  }

  /** The same bits read as numbers of another type of as many bytes, without a place on the tape. */
  as(dtype: Exclude<DType, "u8">): Tensor {
    this.#checkLive("view");
    if (this.dtype === "u8") {
      throw new TypeError(
        `Cannot view [${this.shape}] as ${dtype}: its bytes are packed four a word`,
      );
    }
    this.storage.refs++;
    return new Tensor(this.gpu, this.shape, dtype, this.storage, this.byteOffset);
  }

  /**
   * A view of another shape from a byte of the buffer on, which may begin before the tensor and end
   * after it.
   *
   * @internal
   */
  viewAt(byteOffset: number, shape: readonly number[]): Tensor {
    this.#checkLive("view");
    this.storage.refs++;
    return new Tensor(this.gpu, shape, this.dtype, this.storage, byteOffset);
  }

  /** Keeps the tensor through a backward pass that would otherwise release it. */
  retain(): this {
    this.retained = true;
    return this;
  }

  /** Gives the storage back to the pool once no other view needs it. */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.gpu.pool.release(this.storage);
  }

  #checkLive(what: string): void {
    if (this.released) {
      throw new Error(`Cannot ${what} a tensor [${this.shape}]: it has been released already`);
    }
  }
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

function bytesOf(size: number, dtype: DType): number {
  return dtype === "u8" ? Math.ceil(size / 4) * 4 : size * 4;
}

function dtypeOf(data: ArrayLike<number>): DType {
  if (data instanceof Uint32Array) return "u32";
  if (data instanceof Int32Array) return "i32";
  if (data instanceof Uint8Array) return "u8";
  return "f32";
}
