import type { NdArray } from "../data/formats/nd_array.ts";
import { concatBytes, zipChunks } from "../data/formats/zip/zip_write.ts";

/** An f32 array of a shape; without values it counts up. */
export function f32(shape: number[], values?: readonly number[]): NdArray {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from(values ?? Array.from({ length: count }, (_, i) => i));
  return { dtype: "float32", shape, data };
}

/**
 * The bytes of what `torch.save({"state_dict": tensors, ...numbers})` writes, or of the bare dict where
 * no numbers are given: a zip of a pickle (protocol 2) and one storage per tensor.
 */
export function torchFile(
  tensors: Readonly<Record<string, NdArray>>,
  numbers?: Readonly<Record<string, number>>,
): Uint8Array {
  const storages = Object.values(tensors).map(({ data }, i) => ({
    name: `archive/data/${i}`,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const dict = dictOf(Object.entries(tensors).map(([key, array], i) => [key, tensorOf(array, i)]));
  const body = numbers
    ? dictOf([
      ...Object.entries(numbers).map(([key, value]): [string, Uint8Array] => [key, int(value)]),
      ["state_dict", dict],
    ])
    : dict;
  const pickle = concatBytes([Uint8Array.of(0x80, 2), body, ascii(".")]);
  return concatBytes(zipChunks([{ name: "archive/data.pkl", bytes: pickle }, ...storages]));
}

const ascii = (text: string) => new TextEncoder().encode(text);

function text(value: string): Uint8Array {
  const bytes = ascii(value);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return concatBytes([ascii("X"), length, bytes]);
}

function int(value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 0x4a; // BININT
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

function tuple(items: readonly Uint8Array[]): Uint8Array {
  return concatBytes([ascii("("), ...items, ascii("t")]);
}

function dictOf(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return concatBytes([
    ascii("}("),
    ...entries.flatMap(([key, value]) => [text(key), value]),
    ascii("u"),
  ]);
}

function tensorOf({ dtype, shape, data }: NdArray, index: number): Uint8Array {
  const kind = dtype === "int64" ? "LongStorage" : "FloatStorage";
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const id = tuple([
    text("storage"),
    ascii(`ctorch\n${kind}\n`),
    text(String(index)),
    text("cpu"),
    int(data.length),
  ]);
  const args = tuple([
    concatBytes([id, ascii("Q")]),
    int(0),
    tuple(shape.map(int)),
    tuple(strides.map(int)),
    Uint8Array.of(0x89),
    dictOf([]),
  ]);
  return concatBytes([ascii("ctorch._utils\n_rebuild_tensor_v2\n"), args, ascii("R")]);
}
