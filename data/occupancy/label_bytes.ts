import { narrowIntegers, type NdArray } from "../formats/nd_array.ts";
import { locate, unreadable } from "../formats/unreadable.ts";

/**
 * Whole numbers from 0 to `most` (255 at most), of whatever kind they are stored as, as bytes; names
 * file, dtype and place of the first value that is none.
 */
export function labelBytes(
  array: NdArray,
  { file, most, what = "class" }: {
    readonly file: string;
    readonly most: number;
    /** What a value is called in errors. */
    readonly what?: string;
  },
): Uint8Array {
  const { dtype } = array;
  if (dtype.startsWith("complex")) {
    throw unreadable(
      file,
      0,
      `its numbers are ${dtype}, whole numbers from 0 to ${most} are right`,
    );
  }
  const { data } = narrowed(array, file);
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!(value >= 0 && value <= most) || value % 1 !== 0) {
      throw unreadable(
        file,
        0,
        `voxel ${i} has ${what} ${value} (${dtype}), whole numbers from 0 to ${most} are right`,
      );
    }
    bytes[i] = value;
  }
  return bytes;
}

/** Numbers that loops can compute with: 64-bit integers become ordinary ones. */
export function narrowed(
  array: NdArray,
  file: string,
): NdArray & { data: Exclude<NdArray["data"], BigInt64Array | BigUint64Array> } {
  try {
    return narrowIntegers(array) as ReturnType<typeof narrowed>;
  } catch (error) {
    throw locate(error, file, 0);
  }
}
