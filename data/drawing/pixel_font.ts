import type { RgbPicture } from "../pictures/picture.ts";

/** Pixels of a letter, gap not included. */
export const GLYPH = { width: 5, height: 7 };

// Seven rows from the top, two hexadecimal digits each; bit 4 is the leftmost pixel.
const GLYPHS: Readonly<Record<string, string>> = {
  A: "0e11111f111111",
  B: "1e11111e11111e",
  C: "0e11101010110e",
  D: "1e11111111111e",
  E: "1f10101e10101f",
  F: "1f10101e101010",
  G: "0e11101711110f",
  H: "1111111f111111",
  I: "0e04040404040e",
  J: "0702020202120c",
  K: "11121418141211",
  L: "1010101010101f",
  M: "111b1515111111",
  N: "11111915131111",
  O: "0e11111111110e",
  P: "1e11111e101010",
  Q: "0e11111115120d",
  R: "1e11111e141211",
  S: "0f10100e01011e",
  T: "1f040404040404",
  U: "1111111111110e",
  V: "11111111110a04",
  W: "1111111515150a",
  X: "11110a040a1111",
  Y: "11110a04040404",
  Z: "1f01020408101f",
  0: "0e11131519110e",
  1: "040c040404040e",
  2: "0e11010204081f",
  3: "1f02040201110e",
  4: "02060a121f0202",
  5: "1f101e0101110e",
  6: "0608101e11110e",
  7: "1f010204080808",
  8: "0e11110e11110e",
  9: "0e11110f01020c",
  " ": "00000000000000",
  _: "0000000000001f",
  "-": "0000001f000000",
  "+": "0004041f040400",
  ".": "00000000000c0c",
  ",": "000000000c0408",
  ":": "000c0c000c0c00",
  "/": "00010204081000",
  "%": "18190204081303",
  "(": "02040808080402",
  ")": "08040202020408",
};
const UNKNOWN = "1f11111111111f";

/** Pixels that a line of text is wide. */
export function textWidth(text: string, scale = 1): number {
  return text.length ? scale * (text.length * (GLYPH.width + 1) - 1) : 0;
}

/** Writes a line in capitals onto a picture, cut off at its edges; `left` and `top` are pixels. */
export function drawText(
  picture: RgbPicture,
  text: string,
  { left, top, scale = 1, colour = [40, 40, 40] }: {
    readonly left: number;
    readonly top: number;
    readonly scale?: number;
    readonly colour?: readonly [number, number, number];
  },
): void {
  [...text.toUpperCase()].forEach((letter, at) => {
    const rows = GLYPHS[letter] ?? UNKNOWN;
    for (let y = 0; y < GLYPH.height * scale; y++) {
      const bits = parseInt(
        rows.slice(2 * Math.floor(y / scale), 2 * Math.floor(y / scale) + 2),
        16,
      );
      for (let x = 0; x < GLYPH.width * scale; x++) {
        if (!(bits >> (GLYPH.width - 1 - Math.floor(x / scale)) & 1)) continue;
        const place = [left + at * (GLYPH.width + 1) * scale + x, top + y] as const;
        if (place[0] < 0 || place[0] >= picture.width || place[1] < 0) continue;
        if (place[1] < picture.height) {
          picture.data.set(colour, 3 * (place[1] * picture.width + place[0]));
        }
      }
    }
  });
}
