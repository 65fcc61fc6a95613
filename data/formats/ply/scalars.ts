import type { PlyNumbers, PlyType } from "./types.ts";

/** Numbers that lie `stride` bytes apart in a view. */
export interface Strided {
  readonly view: DataView;
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
  readonly little: boolean;
}

/** Where numbers go: the first to `column[start]`, each next one `step` further on. */
export interface ColumnPlace {
  readonly column: PlyNumbers;
  readonly start: number;
  readonly step: number;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reads one column of rows. */
export function readColumn(
  type: PlyType,
  from: Strided,
  { column, start, step }: ColumnPlace,
): void {
  const { view, stride, little } = from;
  const end = start + from.count * step;
  let at = from.offset;
  // A loop per type: a call through a variable would cost several times the read itself.
  switch (type) {
    case "int8":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getInt8(at);
      return;
    case "uint8":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getUint8(at);
      return;
    case "int16":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getInt16(at, little);
      return;
    case "uint16":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getUint16(at, little);
      return;
    case "int32":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getInt32(at, little);
      return;
    case "uint32":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getUint32(at, little);
      return;
    case "float32":
      if (little === LITTLE_ENDIAN && (view.byteOffset + at) % 4 === 0 && stride % 4 === 0) {
        readAlignedFloats(from, { column, start, step });
        return;
      }
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getFloat32(at, little);
      return;
    case "float64":
      for (let i = start; i < end; i += step, at += stride) column[i] = view.getFloat64(at, little);
  }
}

// The files of trained Gaussians are nothing but aligned floats.
function readAlignedFloats(
  { view, offset, stride, count }: Strided,
  { column, start, step }: ColumnPlace,
): void {
  const first = view.byteOffset + offset;
  const floats = new Float32Array(view.buffer, first, Math.floor((view.byteLength - offset) / 4));
  const end = start + count * step;
  for (let i = start, at = 0; i < end; i += step, at += stride / 4) column[i] = floats[at]!;
}
/** Writes `count` numbers of `column` from index `start` into rows. */
export function writeColumn(type: PlyType, to: Strided, column: PlyNumbers, start: number): void {
  const { view, stride, little } = to;
  const end = start + to.count;
  let at = to.offset;
  switch (type) {
    case "int8":
    case "uint8":
      for (let i = start; i < end; i++, at += stride) view.setUint8(at, column[i]!);
      return;
    case "int16":
    case "uint16":
      for (let i = start; i < end; i++, at += stride) view.setUint16(at, column[i]!, little);
      return;
    case "int32":
    case "uint32":
      for (let i = start; i < end; i++, at += stride) view.setUint32(at, column[i]!, little);
      return;
    case "float32":
      for (let i = start; i < end; i++, at += stride) view.setFloat32(at, column[i]!, little);
      return;
    case "float64":
      for (let i = start; i < end; i++, at += stride) view.setFloat64(at, column[i]!, little);
  }
}
