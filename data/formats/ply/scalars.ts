import type { PlyNumbers, PlyType } from "./types.ts";

/** Numbers that lie `stride` bytes apart in a view. */
export interface Strided {
  view: DataView;
  offset: number;
  stride: number;
  count: number;
  little: boolean;
}

/** Reads one column of rows into `column` from index `start`. */
export function readColumn(type: PlyType, from: Strided, column: PlyNumbers, start: number): void {
  const { view, stride, little } = from;
  const end = start + from.count;
  let at = from.offset;
  // A loop per type: a call through a variable would cost several times the read itself.
  switch (type) {
    case "int8":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getInt8(at);
      return;
    case "uint8":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getUint8(at);
      return;
    case "int16":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getInt16(at, little);
      return;
    case "uint16":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getUint16(at, little);
      return;
    case "int32":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getInt32(at, little);
      return;
    case "uint32":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getUint32(at, little);
      return;
    case "float32":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getFloat32(at, little);
      return;
    case "float64":
      for (let i = start; i < end; i++, at += stride) column[i] = view.getFloat64(at, little);
  }
}

/** Writes `count` numbers of `column` from index `start` into rows. */
export function writeColumn(type: PlyType, to: Strided, column: PlyNumbers, start: number): void {
  const { view, stride, little } = to;
  const end = start + to.count;
  let at = to.offset;
  switch (type) {
    case "int8":
    case "uint8":
      for (let i = start; i < end; i++, at += stride) view.setUint8(at, column[i]);
      return;
    case "int16":
    case "uint16":
      for (let i = start; i < end; i++, at += stride) view.setUint16(at, column[i], little);
      return;
    case "int32":
    case "uint32":
      for (let i = start; i < end; i++, at += stride) view.setUint32(at, column[i], little);
      return;
    case "float32":
      for (let i = start; i < end; i++, at += stride) view.setFloat32(at, column[i], little);
      return;
    case "float64":
      for (let i = start; i < end; i++, at += stride) view.setFloat64(at, column[i], little);
  }
}
