import type { Colour } from "../occupancy/task.ts";
import type { RgbPicture } from "../pictures/picture.ts";

/** Paints so much of a pixel (0 to 1) in a colour; outside of the picture nothing. */
export function blend(
  { width, height, data }: RgbPicture,
  [x, y]: readonly [number, number],
  colour: Colour,
  share: number,
): void {
  if (x < 0 || y < 0 || x >= width || y >= height || share <= 0) return;
  const at = 3 * (y * width + x);
  for (let k = 0; k < 3; k++) {
    data[at + k] = Math.round(data[at + k]! + Math.min(1, share) * (colour[k]! - data[at + k]!));
  }
}

/** A rectangle of whole pixels, cut off at the picture's edges. */
export function fillBox(
  { width, height, data }: RgbPicture,
  { left, top, right, bottom }: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  },
  colour: Colour,
): void {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  for (let y = within(top, height); y < within(bottom, height); y++) {
    for (let x = within(left, width); x < within(right, width); x++) {
      data.set(colour, 3 * (y * width + x));
    }
  }
}

/** A straight line with smooth edges, `thick` pixels wide, between places in pixels. */
export function drawLine(
  picture: RgbPicture,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  { colour, thick = 1 }: { readonly colour: Colour; readonly thick?: number },
): void {
  const half = thick / 2;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy || 1;
  const first = [Math.min(x0, x1), Math.min(y0, y1)].map((v) => Math.max(0, Math.floor(v - half)));
  const right = Math.min(picture.width - 1, Math.ceil(Math.max(x0, x1) + half));
  const bottom = Math.min(picture.height - 1, Math.ceil(Math.max(y0, y1) + half));
  for (let y = first[1]!; y <= bottom; y++) {
    for (let x = first[0]!; x <= right; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const away = Math.hypot(px - along * dx, py - along * dy);
      blend(picture, [x, y], colour, half + 0.5 - away);
    }
  }
}

/** A disc with smooth edges around a place in pixels. */
export function drawDisc(
  picture: RgbPicture,
  [x, y]: readonly [number, number],
  { radius, colour, share = 1 }: {
    readonly radius: number;
    readonly colour: Colour;
    /** How much of what is below it is hidden. */
    readonly share?: number;
  },
): void {
  for (let v = Math.floor(y - radius); v <= Math.ceil(y + radius); v++) {
    for (let u = Math.floor(x - radius); u <= Math.ceil(x + radius); u++) {
      const away = Math.hypot(u + 0.5 - x, v + 0.5 - y);
      blend(picture, [u, v], colour, share * Math.min(1, radius + 0.5 - away));
    }
  }
}
