import type { RgbPicture } from "../pictures/picture.ts";
import { above, blankPicture } from "../pictures/sheet.ts";
import { drawText, GLYPH, textWidth } from "./pixel_font.ts";

/** A name beside its colour (RGB bytes). */
export interface LegendEntry {
  readonly name: string;
  readonly colour: readonly [number, number, number];
}

const EDGE: readonly [number, number, number] = [120, 120, 120];
const MARGIN = 4;

/** Names beside squares of their colours, on as many lines as a picture of this width needs. */
export function legendPicture(
  entries: readonly LegendEntry[],
  width: number,
  { scale = 1 }: { readonly scale?: number } = {},
): RgbPicture {
  const side = GLYPH.height * scale;
  const gap = 2 * scale;
  const widthOf = ({ name }: LegendEntry) => side + 2 * gap + textWidth(name, scale) + 4 * gap;
  const lines: LegendEntry[][] = [];
  let used = Infinity;
  for (const entry of entries) {
    if (used + widthOf(entry) > width - 2 * MARGIN) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(entry);
    used += widthOf(entry);
  }
  const pitch = side + MARGIN;
  const picture = blankPicture(width, lines.length * pitch + MARGIN);
  lines.forEach((line, row) => {
    let left = MARGIN;
    const top = MARGIN + row * pitch;
    for (const entry of line) {
      fill(picture, { left, top, side, colour: EDGE });
      fill(picture, { left: left + 1, top: top + 1, side: side - 2, colour: entry.colour });
      drawText(picture, entry.name, { left: left + side + 2 * gap, top, scale });
      left += widthOf(entry);
    }
  });
  return picture;
}

/** A picture under a line of text. */
export function titled(title: string, picture: RgbPicture, scale = 1): RgbPicture {
  const line = blankPicture(picture.width, GLYPH.height * scale + 2 * MARGIN);
  drawText(line, title, { left: MARGIN, top: MARGIN, scale });
  return above([line, picture], 0);
}

function fill(
  { width, height, data }: RgbPicture,
  { left, top, side, colour }: {
    left: number;
    top: number;
    side: number;
    colour: readonly [number, number, number];
  },
): void {
  for (let y = top; y < Math.min(height, top + side); y++) {
    for (let x = left; x < Math.min(width, left + side); x++) data.set(colour, 3 * (y * width + x));
  }
}
