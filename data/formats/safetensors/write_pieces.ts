import { writeAtomicallyFrom } from "../../files/atomic_file.ts";
import { withChecksums } from "../checksums/checksums.ts";
import { crc32 } from "../checksums/crc32.ts";
import { type DType, elementCount } from "../dtype.ts";
import { encodeElements } from "../elements.ts";
import type { NdArray } from "../nd_array.ts";
import { NAMES, safetensorsHead } from "../safetensors.ts";

/** A tensor of float32 that comes piece by piece. */
export interface PiecedTensor {
  readonly shape: readonly number[];
  /** Its numbers in their order. */
  readonly pieces: () => AsyncIterable<Float32Array>;
}

/**
 * Writes a safetensors file with checksums whose float32 tensors need not be in memory; `others` stand
 * before them. Readers find the same as in a file of `writeSafetensors`.
 */
export async function writeSafetensorsFrom(
  path: string,
  tensors: ReadonlyMap<string, PiecedTensor>,
  { others, metadata }: {
    readonly others: Iterable<readonly [string, NdArray]>;
    readonly metadata: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const header = new Map<string, unknown>();
  const sums = new Map<string, number>();
  const first: Uint8Array[] = [];
  let at = 0;
  const enter = (name: string, dtype: DType, shape: readonly number[], bytes: number) => {
    header.set(name, { dtype: NAMES.get(dtype), shape, data_offsets: [at, at += bytes] });
  };
  for (const [name, { dtype, shape, data }] of others) {
    const bytes = encodeElements(dtype, data);
    if (bytes.length % 4) throw new TypeError(`Cannot write "${name}": whole words come first`);
    enter(name, dtype, shape, bytes.length);
    sums.set(name, crc32(bytes));
    first.push(bytes);
  }
  for (const [name, { shape }] of tensors) {
    enter(name, "float32", shape, 4 * elementCount(shape));
    sums.set(name, 0);
  }
  // Sums have as many digits whatever they are, so the head's length is known beforehand.
  const head = () => safetensorsHead(header, withChecksums(metadata, sums));
  await writeAtomicallyFrom(path, content(), { head });

  async function* content(): AsyncGenerator<Uint8Array> {
    yield head();
    yield* first;
    for (const [name, { shape, pieces }] of tensors) {
      let missing = elementCount(shape);
      for await (const piece of pieces()) {
        const bytes = encodeElements("float32", piece);
        sums.set(name, crc32(bytes, sums.get(name)));
        missing -= piece.length;
        yield bytes;
      }
      if (missing) {
        throw new RangeError(
          `Cannot write "${name}": its pieces have ${
            elementCount(shape) - missing
          } numbers, they must be [${shape}]`,
        );
      }
    }
  }
}
