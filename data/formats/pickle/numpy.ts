import type { DType, TypedArray } from "../dtype.ts";
import { elementCount } from "../dtype.ts";
import type { AnyArray } from "../nd_array.ts";
import { decodeNumpyArray } from "../numpy/numpy_array.ts";
import {
  type NumpyField,
  type NumpyType,
  parseTypeString,
  structType,
} from "../numpy/numpy_type.ts";
import { exactInteger } from "./integers.ts";
import { encodeLatin1 } from "./strings.ts";
import { isDict, type Rebuild, SET_STATE, type Stateful } from "./values.ts";

/** A NumPy dtype that occurs as a value of its own. */
export class PickledDtype implements Stateful {
  readonly kind = "dtype";

  constructor(public type: NumpyType) {}

  // The state is (version, byte order, subarray, field names, fields, item size, …).
  [SET_STATE](state: unknown): void {
    if (!Array.isArray(state)) throw new RangeError("the state of a dtype is no tuple");
    const [, order, subarray, names, fields, size] = state;
    if (subarray) throw new RangeError("a dtype that is an array itself is not supported");
    if (Array.isArray(names) && names.length) this.type = structOf(names, fields, size);
    else if (this.type.kind === "number" || this.type.kind === "str") {
      this.type = { ...this.type, bigEndian: textOf(order) === ">" };
    }
  }
}

/** A NumPy array under construction; complete, it has the fields of the `AnyArray` it stands for. */
class PickledArray implements Stateful {
  shape: number[] = [];
  declare dtype: DType | "str" | "bytes" | "object" | "struct";
  declare data: TypedArray | string[] | unknown[];

  // The state is (version, shape, dtype, is Fortran order, bytes or list of objects).
  [SET_STATE](state: unknown): void {
    if (!Array.isArray(state)) throw new RangeError("the state of an array is no tuple");
    const [shape, dtype, fortran, content] = state.length === 5 ? state.slice(1) : state;
    Object.assign(this, makeArray(dtype, shape, content, fortran === true));
  }
}

// Arrays of fewer bytes are copied into shared blocks: typed arrays with a buffer each cost three times
// as much, and views of the file would keep all of it alive and send it along to Workers.
const SMALL = 4096;
const BLOCK = 65536;
let block = new Uint8Array(0);
let used = 0;

function ownBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= SMALL) return bytes.slice();
  if (used + bytes.length > block.length) {
    block = new Uint8Array(BLOCK);
    used = 0;
  }
  const own = block.subarray(used, used + bytes.length);
  own.set(bytes);
  used = (used + bytes.length + 15) & ~15;
  return own;
}

function makeArray(dtype: unknown, shape: unknown, content: unknown, fortran: boolean): AnyArray {
  if (!(dtype instanceof PickledDtype)) throw new RangeError("an array has no dtype");
  if (!isShape(shape)) throw new RangeError("an array has no shape");
  const count = elementCount(shape);
  if (Array.isArray(content)) {
    if (dtype.type.kind !== "object" || content.length !== count) {
      throw new RangeError(`an array of shape [${shape}] has a list of ${content.length} items`);
    }
    // NumPy lists the objects in C order, whatever the order of the array.
    return { shape, dtype: "object", data: content };
  }
  const bytes = typeof content === "string" ? encodeLatin1(content) : content;
  if (!(bytes instanceof Uint8Array)) throw new RangeError("an array has no bytes");
  if (bytes.length !== count * dtype.type.bytes) {
    throw new RangeError(
      `an array of shape [${shape}] has ${bytes.length} bytes, ` +
        `it must have ${count * dtype.type.bytes}`,
    );
  }
  return decodeNumpyArray(dtype.type, ownBytes(bytes), shape, fortran);
}

/** Rebuild functions of NumPy 1 and 2. */
export const numpyTable: [string, Rebuild][] = [
  ["numpy.dtype", ([name]) => new PickledDtype(parseTypeString(textOf(name)))],
  ["numpy.ndarray", () => new PickledArray()],
  ["numpy.core._internal._reconstruct", () => new PickledArray()],
  ...["numpy.core", "numpy._core"].flatMap((core): [string, Rebuild][] => [
    [`${core}.multiarray._reconstruct`, () => new PickledArray()],
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.numeric._frombuffer`, fromBuffer],
  ]),
];

function scalar([dtype, content]: unknown[]): unknown {
  if (dtype instanceof PickledDtype && dtype.type.kind === "object") return content;
  const array = makeArray(dtype, [], content, false);
  if (array.dtype === "struct") return array;
  const value = array.data[0];
  if (array.dtype === "bool") return value === 1;
  if (array.dtype === "complex64" || array.dtype === "complex128") {
    return { kind: "complex", re: value, im: array.data[1] };
  }
  return typeof value === "bigint" ? exactInteger(value) : value;
}

function fromBuffer([buffer, dtype, shape, order]: unknown[]): AnyArray {
  return makeArray(dtype, shape, buffer, order === "F");
}

function structOf(names: unknown[], fields: unknown, size: unknown): NumpyType {
  if (!isDict(fields)) throw new RangeError("the fields of a dtype are no dict");
  const list = names.map((name): NumpyField => {
    const field = fields[textOf(name)];
    const [dtype, offset] = Array.isArray(field) ? field : [];
    if (!(dtype instanceof PickledDtype) || typeof offset !== "number") {
      throw new RangeError(`the field "${name}" of a dtype is incomplete`);
    }
    return { name: textOf(name), type: dtype.type, offset, shape: [] };
  });
  if (typeof size !== "number") throw new RangeError("a dtype has no item size");
  return structType(list, size);
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.every((size) => typeof size === "number");
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return String.fromCharCode(...value.subarray(0, 1024));
  throw new RangeError("a dtype has a name that is no string");
}
