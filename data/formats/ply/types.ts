/** Type of a PLY property, by the name it shares with NumPy. */
export type PlyType =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "float32"
  | "float64";

/** Typed array of a column; which one it is says its `PlyType`. */
export type PlyNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** A list property: the items of row r are `values[offsets[r]]` up to `values[offsets[r + 1]]`. */
export interface PlyList {
  /** Type that the file has for the length of a list. */
  readonly countType: PlyType;
  /** One more entry than rows. */
  readonly offsets: Uint32Array;
  /** All values, one list after the other. */
  readonly values: PlyNumbers;
}

/** What one element holds: a column of `count` numbers, or of lists, per property. */
export interface PlyElement {
  /** Rows. */
  readonly count: number;
  /** Columns by name. */
  readonly properties: Map<string, PlyNumbers | PlyList>;
}

/** A PLY file in memory. */
export interface Ply {
  /** Lines of comment in the header. */
  readonly comments: string[];
  /** Columns of each kind of element, by its name. */
  readonly elements: Map<string, PlyElement>;
}

/** PLY types by the names of the original format and by their newer ones. */
export const PLY_TYPES: ReadonlyMap<string, PlyType> = new Map([
  ["char", "int8"],
  ["uchar", "uint8"],
  ["short", "int16"],
  ["ushort", "uint16"],
  ["int", "int32"],
  ["uint", "uint32"],
  ["float", "float32"],
  ["double", "float64"],
  ["int8", "int8"],
  ["uint8", "uint8"],
  ["int16", "int16"],
  ["uint16", "uint16"],
  ["int32", "int32"],
  ["uint32", "uint32"],
  ["float32", "float32"],
  ["float64", "float64"],
]);

/** The original format's name of each type, which every reader knows. */
export const PLY_NAMES: Readonly<Record<PlyType, string>> = {
  int8: "char",
  uint8: "uchar",
  int16: "short",
  uint16: "ushort",
  int32: "int",
  uint32: "uint",
  float32: "float",
  float64: "double",
};

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Makes a column of zeros. */
export function makeColumn(type: PlyType, length: number): PlyNumbers {
  return new ARRAYS[type](length);
}

/** Bytes of one number. */
export function plyBytes(type: PlyType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** Type of a column; throws a TypeError for an array that PLY has no type for. */
export function plyTypeOf(column: PlyNumbers): PlyType {
  for (const [type, array] of Object.entries(ARRAYS)) {
    if (column instanceof array) return type as PlyType;
  }
  throw new TypeError(
    `Cannot write PLY: it has no type for a ${(column as object).constructor.name}`,
  );
}

/** Says whether a property is a list. */
export function isPlyList(property: PlyNumbers | PlyList): property is PlyList {
  return "offsets" in property;
}
