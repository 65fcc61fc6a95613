import type { Colour } from "../occupancy/task.ts";
import type { RgbPicture } from "../pictures/picture.ts";
import { above, blankPicture } from "../pictures/sheet.ts";
import { fillBox } from "./canvas.ts";
import { drawText, LINE_HEIGHT, TEXT_SIZE, textWidth } from "./text.ts";

/** A name beside its colour (RGB bytes). */
export interface LegendEntry {
  readonly name: string;
  readonly colour: Colour;
}

const EDGE: Colour = [120, 120, 120];
// Of words that say less than a title.
const SOFT: Colour = [104, 110, 118];
const MARGIN = 6;
// Of titles beside other words.
const TITLE = 1.15;

/** A name of a class or a camera as people say it: "driveable surface", "front left". */
export function spokenName(name: string): string {
  return name.replace(/^CAM_/, "").replaceAll("_", " ").toLowerCase();
}

/** Names beside squares of their colours, on as many lines as a picture of this width needs. */
export function legendPicture(
  entries: readonly LegendEntry[],
  width: number,
  { size = TEXT_SIZE }: { readonly size?: number } = {},
): RgbPicture {
  const side = Math.round(1.2 * size);
  const gap = Math.round(size / 2);
  const widthOf = ({ name }: LegendEntry) => side + gap + textWidth(name, size) + 2 * size;
  const lines: LegendEntry[][] = [];
  let used = Infinity;
  for (const { name, colour } of entries) {
    const entry = { name: spokenName(name), colour };
    if (used + widthOf(entry) > width - 2 * MARGIN) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(entry);
    used += widthOf(entry);
  }
  const pitch = Math.round(LINE_HEIGHT * size);
  const picture = blankPicture(width, lines.length * pitch + MARGIN);
  lines.forEach((line, row) => {
    let left = MARGIN;
    const top = MARGIN + row * pitch;
    for (const entry of line) {
      const [right, bottom] = [left + side, top + side];
      fillBox(picture, { left, top, right, bottom }, EDGE);
      fillBox(
        picture,
        { left: left + 1, top: top + 1, right: right - 1, bottom: bottom - 1 },
        entry.colour,
      );
      drawText(picture, entry.name, { left: right + gap, top: top + Math.round(size / 10), size });
      left += widthOf(entry);
    }
  });
  return picture;
}

/** A picture under a title, and a remark at the right of it where there is room. */
export function titled(
  title: string,
  picture: RgbPicture,
  { size = TEXT_SIZE, remark = "" }: { readonly size?: number; readonly remark?: string } = {},
): RgbPicture {
  const large = Math.round(TITLE * size);
  const line = blankPicture(picture.width, Math.round(LINE_HEIGHT * large) + MARGIN);
  drawText(line, title, { left: MARGIN, top: MARGIN, size: large });
  const left = picture.width - MARGIN - textWidth(remark, size);
  if (remark && left > 2 * MARGIN + size + textWidth(title, large)) {
    drawText(line, remark, { left, top: MARGIN + large - size, size, colour: SOFT });
  }
  return above([line, picture], 0);
}

/** A copy of a picture with a few words in its corner, readable whatever is behind them. */
export function labelled(label: string, picture: RgbPicture, size = TEXT_SIZE): RgbPicture {
  const copy = { ...picture, data: picture.data.slice() };
  const [right, bottom] = [textWidth(label, size) + size, Math.round(1.9 * size)];
  fillBox(copy, { left: 0, top: 0, right, bottom }, [24, 26, 30]);
  const [left, top] = [Math.round(size / 2), Math.round(0.45 * size)];
  drawText(copy, label, { left, top, size, colour: [244, 245, 247] });
  return copy;
}
