/** An 8-bit picture with alpha, [height, width, 4], rows from the top, colours not premultiplied. */
export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
