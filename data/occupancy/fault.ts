/** Something wrong with a set of data, and where. */
export interface Fault {
  /** The file that it is in. */
  readonly file: string;
  /** Row, frame or voxel in that file; "" where it is all of it. */
  readonly place: string;
  /** The field, as its file names it. */
  readonly field: string;
  /** What is wrong with it: the end of a sentence that the field begins. */
  readonly what: string;
}

/** A fault in words. */
export function faultText({ file, place, field, what }: Fault): string {
  return `"${file}"${place && `, ${place}`}: ${field && `"${field}" `}${what}`;
}
