import { encode } from "fast-png";

/** Encodes an RGB picture, three bytes a pixel. */
export function encodePng(
  { width, height, data }: {
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array;
  },
): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
