import { type DType, elementCount, elementType, type TypedArray } from "../dtype.ts";
import { decodeElements } from "../elements.ts";
import type { NdArray } from "../nd_array.ts";
import { copyStrided, isContiguous } from "../strided.ts";
import { readingAt } from "../unreadable.ts";
import type { TorchStorage } from "./storage.ts";

/** Where a tensor lies in its storage, in elements. */
export interface TorchLayout {
  readonly dtype: DType;
  readonly shape: number[];
  readonly strides: number[];
  readonly offset: number;
}

// An expanded tensor (stride 0) is larger than its storage; beyond these bounds, in bytes and as a
// factor, it is taken for a file that asks for memory it does not back.
const SMALL_TENSOR = 2 ** 24;
const LARGEST_EXPANSION = 64;

/**
 * A tensor of a PyTorch file. Dtype and shape are known at once; `data` is read on first use, in C
 * order, sharing memory with the other tensors of its storage where it lies there in that order.
 */
export class TorchTensor implements NdArray {
  readonly dtype: DType;
  readonly shape: number[];
  readonly #strides: number[];
  readonly #offset: number;
  readonly #storage: TorchStorage;
  #data: TypedArray | undefined;

  /** A view of a storage; `readTorchCheckpoint` makes them. */
  constructor(storage: TorchStorage, { dtype, shape, strides, offset }: TorchLayout) {
    const count = elementCount(shape);
    const { bytes } = elementType(dtype);
    if (strides.length !== shape.length || !strides.every((stride) => isIndex(stride))) {
      throw new RangeError(`a tensor of shape [${shape}] cannot have the strides [${strides}]`);
    }
    if (!isIndex(offset)) throw new RangeError(`a tensor cannot begin at element ${offset}`);
    const end = count === 0 ? 0 : (offset + extent(shape, strides)) * bytes;
    if (end > storage.size) {
      throw new RangeError(
        `a tensor of shape [${shape}] ends at byte ${end} of its storage, which has ${storage.size}`,
      );
    }
    if (count * bytes > Math.max(SMALL_TENSOR, LARGEST_EXPANSION * storage.size)) {
      throw new RangeError(
        `a tensor of shape [${shape}] is expanded from a storage of ${storage.size} bytes`,
      );
    }
    this.dtype = dtype;
    this.shape = shape;
    this.#strides = strides;
    this.#offset = offset;
    this.#storage = storage;
  }

  /** The elements in C order; complex numbers take two entries, half-width floats are Float32Array. */
  get data(): TypedArray {
    return this.#data ??= readingAt(this.#storage.file, 0, () => this.#read());
  }

  #read(): TypedArray {
    const { dtype, shape } = this;
    const { bytes, width, array } = elementType(dtype);
    const count = elementCount(shape);
    if (count === 0) return new array(0);
    const storage = this.#storage;
    const length = extent(shape, this.#strides) * bytes;
    const stored = storage.read(this.#offset * bytes, length);
    const source = decodeElements(dtype, stored, { bigEndian: storage.bigEndian });
    if (isContiguous({ shape, strides: this.#strides })) return source;
    const data = new array(count * width);
    copyStrided<number | bigint>(source, data, { shape, strides: this.#strides, width });
    return data;
  }
}

// Elements from the first to the last one, both included.
function extent(shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 1);
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
