import type { Matrix3 } from "../../geometry/matrix3.ts";

/**
 * The frames that an SPZ file can declare, by the number it has for them less one: where stored x, y
 * and z point (Left or Right, Down or Up, Back or Front) in a scene whose PLY file is RDF.
 */
export const SPZ_FRAMES = [
  ...["LDB", "RDB", "LUB", "RUB", "LDF", "RDF", "LUF", "RUF"],
  ...["LFD", "RFD", "LFU", "RFU", "LBD", "RBD", "LBU", "RBU"],
] as const;

/** A frame by its three letters: where x, y and z point. */
export type SpzFrame =
  | `${"L" | "R"}${"D" | "U"}${"B" | "F"}`
  | `${"L" | "R"}${"F" | "B"}${"D" | "U"}`;

/** The frame of files that declare none, as the format's specification has it. */
export const SPZ_DEFAULT_FRAME: SpzFrame = "RUB";

const ROWS: Readonly<Record<string, readonly [number, number, number]>> = {
  L: [-1, 0, 0],
  R: [1, 0, 0],
  D: [0, 1, 0],
  U: [0, -1, 0],
  F: [0, 0, 1],
  B: [0, 0, -1],
};

/** What takes a vector of the frame of PLY files (x right, y down, z forward) into this one. */
export function spzFromPly(frame: SpzFrame): Matrix3 {
  return [...frame].flatMap((letter) => ROWS[letter]!) as unknown as Matrix3;
}

/** The frame of a number in a file; undefined where there is none of that number. */
export function spzFrameOf(number: number): SpzFrame | undefined {
  return SPZ_FRAMES[number - 1] as SpzFrame | undefined;
}

/** The number that files have for a frame. */
export function spzFrameNumber(frame: SpzFrame): number {
  return (SPZ_FRAMES as readonly string[]).indexOf(frame) + 1;
}
