import { parseInteger } from "./integers.ts";
import { decodeLatin1 } from "./strings.ts";

/** Reads a pickle's bytes in order; what the file is too short for throws before anything is made of it. */
export class ByteCursor {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array, public position: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves on by `count` bytes and returns where they start. */
  take(count: number): number {
    const start = this.position;
    this.need(count);
    this.position = start + count;
    return start;
  }

  /** Throws unless `count` bytes follow. */
  need(count: number): void {
    const left = this.bytes.length - this.position;
    if (count <= left) return;
    throw new RangeError(`the file ends here, ${count - left} of ${count} bytes are missing`);
  }

  /** The next `count` bytes, sharing the memory of the file. */
  slice(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  /** An unsigned length of 1, 4 or 8 bytes. */
  length(width: number): number {
    const start = this.take(width);
    if (width === 1) return this.bytes[start]!;
    if (width === 4) return this.view.getUint32(start, true);
    return Number(this.view.getBigUint64(start, true));
  }

  /** The text up to the next line feed. */
  line(): string {
    const start = this.position;
    const end = this.bytes.indexOf(10, start);
    if (end < 0) throw new RangeError("the file ends inside a line");
    this.position = end + 1;
    return decodeLatin1(this.bytes.subarray(start, end));
  }

  /** A memo index written as a line. */
  lineIndex(): number {
    const index = parseInteger(this.line());
    if (typeof index !== "number" || index < 0) throw new RangeError(`${index} is no memo index`);
    return index;
  }
}
