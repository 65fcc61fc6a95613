/** A picture in memory: rows from the top, `channels` samples a pixel, 255 or 65535 the brightest. */
export interface Picture {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied). */
  readonly channels: number;
  /** [height, width, channels] */
  readonly data: Uint8Array | Uint16Array;
}

/** A picture of 8 bits a sample. */
export interface BytePicture extends Picture {
  /** [height, width, channels] */
  readonly data: Uint8Array;
}

/** A picture of 8-bit red, green and blue. */
export interface RgbPicture extends BytePicture {
  /** Red, green, blue. */
  readonly channels: 3;
}

/** A picture of 8-bit red, green, blue and alpha, colours not premultiplied. */
export interface RgbaPicture extends BytePicture {
  /** Red, green, blue, alpha. */
  readonly channels: 4;
}

/** A picture of any kind as 8-bit RGB; alpha is left out, of 16 bits the upper eight are kept. */
export function rgbPicture(picture: Picture): RgbPicture {
  if (picture.channels === 3 && picture.data instanceof Uint8Array) return picture as RgbPicture;
  return { ...withChannels(picture, 3), channels: 3 };
}

/** A picture of any kind as 8-bit RGBA, opaque where it has no alpha. */
export function rgbaPicture(picture: Picture): RgbaPicture {
  if (picture.channels === 4 && picture.data instanceof Uint8Array) return picture as RgbaPicture;
  return { ...withChannels(picture, 4), channels: 4 };
}

function withChannels({ width, height, channels, data }: Picture, wanted: number) {
  const out = new Uint8Array(wanted * width * height);
  const shift = data instanceof Uint16Array ? 8 : 0;
  const colours = channels < 3 ? 1 : 3;
  for (let from = 0, to = 0; to < out.length; from += channels, to += wanted) {
    for (let c = 0; c < 3; c++) out[to + c] = data[from + (colours === 3 ? c : 0)]! >> shift;
    if (wanted < 4) continue;
    out[to + 3] = channels === colours ? 255 : data[from + colours]! >> shift;
  }
  return { width, height, data: out };
}
