import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { Colour } from "../../../data/occupancy/task.ts";
import { beside, blankPicture } from "../../../data/pictures/sheet.ts";
import { titled } from "../../../data/drawing/legend.ts";
import type { OccupancyConfig } from "../config/model_config.ts";
import { gaussianClasses } from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";

const FREE: Colour = [190, 190, 190];
const INK: Colour = [31, 119, 180];
const EDGE: Colour = [90, 94, 100];
const PAPER: Colour = [255, 255, 255];
// Of a dot's own colour.
const RIM = 0.65;
// A panel is so many dots wide.
const DOTS = 144;
// Metres.
const CAR = { width: 1.9, length: 4.6 };

/** Centres in metres [n, 3] of anchors [n, width], whose first three columns are logits in the range. */
export function anchorCentres(
  anchors: Float32Array,
  width: number,
  range: OccupancyConfig["range"],
): Float32Array {
  const count = anchors.length / width;
  return Float32Array.from({ length: 3 * count }, (_, at) => {
    const axis = at % 3;
    const logit = anchors[Math.floor(at / 3) * width + axis]!;
    return range[axis]! + (range[axis + 3]! - range[axis]!) / (1 + Math.exp(-logit));
  });
}

/**
 * Where Gaussians are as dots seen from above, forward up, within the edge of the grid and around the car:
 * first those that the model starts from, then those of every block in the colours of their classes (free
 * space in gray, under the others).
 */
export function topDownPicture(
  start: Float32Array,
  blocks: readonly GaussianArrays[],
  { range, side, palette, empty }: {
    readonly range: readonly number[];
    /** Of a panel, pixels. */
    readonly side: number;
    readonly palette: readonly Colour[];
    /** The class of free space. */
    readonly empty: number;
  },
): RgbPicture {
  const panels = [
    titled("start", dotsOf(start, { range, side }, [{ colourOf: () => INK }])),
    ...blocks.map((gaussians, i) => {
      const classes = gaussianClasses(gaussians);
      const free = (at: number) => classes[at] === empty ? FREE : null;
      const thing = (at: number) => classes[at] === empty ? null : palette[classes[at]!]!;
      const layers = [{ colourOf: free }, { colourOf: thing }];
      return titled(`block ${i + 1}`, dotsOf(gaussians.means, { range, side }, layers));
    }),
  ];
  return beside(panels, Math.round(side / 30));
}

/** One panel: the car, layers of dots one over the other, the grid's edge. */
function dotsOf(
  means: Float32Array,
  { range, side }: { readonly range: readonly number[]; readonly side: number },
  layers: readonly { readonly colourOf: (i: number) => Colour | null }[],
): RgbPicture {
  const [x0, y0, , x1, y1] = range as [number, number, number, number, number];
  const picture = blankPicture(side, side);
  // Room for the edge, and for dots that lie on it.
  const dot = Math.max(3, Math.round(side / DOTS));
  const margin = dot;
  const scale = (side - 2 * margin) / Math.max(x1 - x0, y1 - y0);
  const at = (x: number, y: number) =>
    [margin + (x - x0) * scale, side - margin - (y - y0) * scale] as const;
  const box = (low: readonly [number, number], high: readonly [number, number], colour: Colour) => {
    const [[left, bottom], [right, top]] = [at(...low), at(...high)];
    const within = (value: number) => Math.min(side, Math.max(0, Math.round(value)));
    for (let v = within(top); v < within(bottom); v++) {
      for (let u = within(left); u < within(right); u++) {
        picture.data.set(colour, 3 * (v * side + u));
      }
    }
  };
  const line = Math.max(1, Math.round(side / 700)) / scale;
  box([x0 - line, y0 - line], [x1 + line, y1 + line], EDGE);
  box([x0, y0], [x1, y1], PAPER);
  box([-CAR.width / 2, -CAR.length / 2], [CAR.width / 2, CAR.length / 2], EDGE);
  box([-CAR.width / 2 + line, CAR.length / 6], [CAR.width / 2 - line, CAR.length / 3], PAPER);
  for (const { colourOf } of layers) {
    for (let i = 0; i < means.length / 3; i++) {
      const colour = colourOf(i);
      if (colour) disc(picture, at(means[3 * i]!, means[3 * i + 1]!), dot, colour);
    }
  }
  return picture;
}

/** A disc of so many pixels across with a darker rim, which shows on white whatever its colour. */
function disc(
  { width, height, data }: RgbPicture,
  [x, y]: readonly [number, number],
  size: number,
  colour: Colour,
): void {
  const rim = colour.map((value) => Math.round(RIM * value));
  const radius = size / 2;
  // Its middle is that of a pixel, or a corner of four, so that all discs look the same.
  const [left, top] = [Math.round(x - radius), Math.round(y - radius)];
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const away = Math.hypot(u + 0.5 - radius, v + 0.5 - radius);
      const [column, row] = [left + u, top + v];
      const inside = column >= 0 && row >= 0 && column < width && row < height;
      if (away > radius || !inside) continue;
      data.set(away > radius - 1 ? rim : colour, 3 * (row * width + column));
    }
  }
}
