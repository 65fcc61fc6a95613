import type { Colour } from "../occupancy/task.ts";
import type { RgbPicture } from "../pictures/picture.ts";
import { blend } from "./canvas.ts";
import { CAP_HEIGHT, glyphOf } from "./stroke_font.ts";

/** Pixels that capitals are high where nothing is said. */
export const TEXT_SIZE = 10;
/** Of a line of text, in parts of its size: capitals, what hangs below, room. */
export const LINE_HEIGHT = 1.7;
/** Of words on paper. */
export const INK: Colour = [38, 42, 48];

// Parts of a capital's height.
const GAP = 5 / CAP_HEIGHT;
const PEN = 0.13;
// Thinner lines are pale.
const LEAST_PEN = 1.25;

/** Pixels that a line of text is wide. */
export function textWidth(text: string, size = TEXT_SIZE): number {
  return Math.ceil(placed(text, size).width);
}

/** Writes a line onto a picture, cut off at its edges; `left` and `top` are those of the first capital, pixels. */
export function drawText(
  picture: RgbPicture,
  text: string,
  { left, top, size = TEXT_SIZE, colour = INK }: {
    readonly left: number;
    readonly top: number;
    readonly size?: number;
    readonly colour?: Colour;
  },
): void {
  const unit = size / CAP_HEIGHT;
  const pen = Math.max(LEAST_PEN, PEN * size);
  for (const { letter, at } of placed(text, size).letters) {
    const { width, strokes } = glyphOf(letter);
    const lines = strokes.map((stroke) =>
      stroke.map(([x, y]) => [at + pen / 2 + x * unit, pen / 2 + y * unit] as const)
    );
    const right = Math.ceil(at + width * unit + pen) + 1;
    // No letter goes further down than 21 of a capital's 16.
    const bottom = Math.ceil(21 * unit + pen) + 1;
    for (let y = -1; y < bottom; y++) {
      for (let x = Math.floor(at) - 1; x < right; x++) {
        const share = pen / 2 + 0.5 - distance(lines, x + 0.5, y + 0.5);
        blend(picture, [left + x, top + y], colour, share);
      }
    }
  }
}

/** The letters of a line with their places along it, pixels. */
function placed(text: string, size: number) {
  const unit = size / CAP_HEIGHT;
  const pen = Math.max(LEAST_PEN, PEN * size);
  const letters: { letter: string; at: number }[] = [];
  let end = 0;
  // Marks above letters are left out: a name without them can still be read.
  for (const letter of text.normalize("NFD").replace(/\p{M}/gu, "")) {
    // Stems begin at whole pixels.
    const at = letters.length ? Math.round(end + GAP * size - pen) : 0;
    letters.push({ letter, at });
    end = at + glyphOf(letter).width * unit + pen;
  }
  return { letters, width: end };
}

/** Of a point from the nearest of lines. */
function distance(
  lines: readonly (readonly (readonly [number, number])[])[],
  x: number,
  y: number,
): number {
  let least = Infinity;
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [x0, y0] = line[i - 1]!;
      const [dx, dy] = [line[i]![0] - x0, line[i]![1] - y0];
      const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.min(1, Math.max(0, along));
      const [a, b] = [x - x0 - t * dx, y - y0 - t * dy];
      const squared = a * a + b * b;
      if (squared < least) least = squared;
    }
  }
  return Math.sqrt(least);
}
