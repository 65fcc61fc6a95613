import { Unzlib } from "fflate";

/** Inflates the picture, which must have exactly so many bytes; more are not even made. */
export function inflatePicture(pieces: readonly Uint8Array[], size: number): Uint8Array {
  // Deflate reaches 1032 to 1 at best, so a larger promise is a lie and nothing is allocated for it.
  const packed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size > 1032 * packed + 1032) {
    throw new RangeError(`the picture has ${size} bytes, ${packed} packed ones cannot hold them`);
  }
  const bytes = new Uint8Array(size);
  let filled = 0;
  const inflator = new Unzlib((part) => {
    const room = size - filled;
    bytes.set(part.length > room ? part.subarray(0, room) : part, filled);
    filled += Math.min(part.length, room);
  });
  for (const piece of pieces) {
    // In small parts, so that a bomb is noticed before it has grown.
    for (let at = 0; at < piece.length && filled < size; at += PART) {
      inflator.push(piece.subarray(at, at + PART));
    }
  }
  if (filled < size) throw new RangeError(`the picture has ${filled} bytes, it must have ${size}`);
  return bytes;
}

const PART = 2 ** 13;

/** Where rows of `rowBytes` lie, each after its filter byte, and how far apart pixels are in bytes. */
export interface FilteredRows {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly step: number;
}

/** Undoes the filter of each row in place. */
export function unfilter({ bytes, offset, rows, rowBytes, step }: FilteredRows): void {
  for (let row = 0; row < rows; row++) {
    const filter = bytes[offset + row * (rowBytes + 1)];
    const start = offset + row * (rowBytes + 1) + 1;
    const end = start + rowBytes;
    const above = start - rowBytes - 1;
    const first = row === 0;
    switch (filter) {
      case 0:
        break;
      case 1:
        for (let i = start + step; i < end; i++) bytes[i]! += bytes[i - step]!;
        break;
      case 2:
        if (first) break;
        for (let i = start, up = above; i < end; i++, up++) bytes[i]! += bytes[up]!;
        break;
      case 3:
        for (let i = start, up = above; i < end; i++, up++) {
          const left = i - start < step ? 0 : bytes[i - step];
          bytes[i]! += (left! + (first ? 0 : bytes[up])!) >> 1;
        }
        break;
      case 4:
        for (let i = start, up = above; i < end; i++, up++) {
          const edge = i - start < step;
          const left = edge ? 0 : bytes[i - step];
          const top = first ? 0 : bytes[up];
          bytes[i]! += paeth(left!, top!, edge || first ? 0 : bytes[up - step]!);
        }
        break;
      default:
        throw new RangeError(`row ${row} has the filter ${filter}, it must be 0 to 4`);
    }
  }
}

// The neighbour nearest to left + top - corner; ties go to left, then to top.
function paeth(left: number, top: number, corner: number): number {
  const toLeft = Math.abs(top - corner);
  const toTop = Math.abs(left - corner);
  const toCorner = Math.abs(left + top - 2 * corner);
  if (toLeft <= toTop && toLeft <= toCorner) return left;
  return toTop <= toCorner ? top : corner;
}
