import { type GltfDocument, isCount } from "./gltf_document.ts";

/** Types of numbers by glTF's codes: bytes, how one is read, and what the largest stands for. */
const COMPONENTS: Readonly<
  Record<number, {
    bytes: number;
    most: number;
    read: (view: DataView, at: number) => number;
  }>
> = {
  5120: { bytes: 1, most: 127, read: (view, at) => view.getInt8(at) },
  5121: { bytes: 1, most: 255, read: (view, at) => view.getUint8(at) },
  5122: { bytes: 2, most: 32767, read: (view, at) => view.getInt16(at, true) },
  5123: { bytes: 2, most: 65535, read: (view, at) => view.getUint16(at, true) },
  5126: { bytes: 4, most: 1, read: (view, at) => view.getFloat32(at, true) },
};

const WIDTHS: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };

/** Rows of an accessor: `width` numbers each. */
export interface GltfColumn {
  readonly count: number;
  readonly width: number;
  readonly values: Float32Array;
}

/**
 * Reads an accessor as numbers, normalised integers as glTF has it (-1 or 0 to 1); `file` may hold no
 * rows of it, which then are zero.
 */
export function readAccessor(document: GltfDocument, index: unknown): GltfColumn {
  const { bufferView, byteOffset = 0, componentType, normalized, count, type, sparse } = document
    .entry("accessors", index);
  const component = COMPONENTS[componentType];
  const width = WIDTHS[type];
  if (!component || !width || !isCount(count) || !isCount(byteOffset)) {
    document.fail(
      `accessor ${index} is ${count} rows of ${type} of type ${componentType}, which are no ` +
        "attributes of Gaussians",
    );
  }
  if (sparse !== undefined) document.fail(`accessor ${index} is sparse, which is not supported`);
  if (bufferView === undefined) {
    return document.fail(`accessor ${index} has no buffer view, so no values`);
  }
  const { bytes, stride: given } = document.view(bufferView);
  const size = component.bytes * width;
  const stride = given ?? size;
  if (count > 0 && byteOffset + stride * (count - 1) + size > bytes.length) {
    document.fail(
      `accessor ${index} needs ${byteOffset + stride * (count - 1) + size} bytes of its buffer ` +
        `view, it has ${bytes.length}`,
    );
  }
  const values = new Float32Array(count * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { read, bytes: step, most } = component;
  const unit = normalized && componentType !== 5126 ? most : 1;
  for (let row = 0, to = 0; row < count; row++) {
    let at = byteOffset + row * stride;
    for (let k = 0; k < width; k++, at += step, to++) {
      const value = read(view, at) / unit;
      // Of signed bytes and words the lowest would stand for less than -1.
      values[to] = unit > 1 && value < -1 ? -1 : value;
    }
  }
  return { count, width, values };
}
