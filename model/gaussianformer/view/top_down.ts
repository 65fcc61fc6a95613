import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { Colour } from "../../../data/occupancy/task.ts";
import { beside, blankPicture } from "../../../data/pictures/sheet.ts";
import { titled } from "../../../data/occupancy/legend.ts";
import type { OccupancyConfig } from "../config/config.ts";
import { gaussianClasses } from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";

const FREE: Colour = [190, 190, 190];
const INK: readonly [number, number, number] = [31, 119, 180];

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
 * Where Gaussians are as points seen from above, forward up: first those that the model starts from,
 * then those of every block in the colours of their classes (free space in gray).
 */
export function topDownPicture(
  start: Float32Array,
  blocks: readonly GaussianArrays[],
  { range, side, palette, empty }: {
    readonly range: readonly number[];
    readonly side: number;
    readonly palette: readonly Colour[];
    /** The class of free space. */
    readonly empty: number;
  },
): RgbPicture {
  const panel = (
    means: Float32Array,
    colourOf: (i: number) => readonly [number, number, number],
  ) => {
    const picture = blankPicture(side, side);
    const extent = Math.max(range[3]! - range[0]!, range[4]! - range[1]!);
    for (let i = 0; i < means.length / 3; i++) {
      const x = Math.floor((means[3 * i]! - range[0]!) / extent * side);
      const y = side - 1 - Math.floor((means[3 * i + 1]! - range[1]!) / extent * side);
      if (x >= 0 && y >= 0 && x < side && y < side) {
        picture.data.set(colourOf(i), 3 * (y * side + x));
      }
    }
    return picture;
  };
  return beside([
    titled("start", panel(start, () => INK)),
    ...blocks.map((gaussians, i) => {
      const classes = gaussianClasses(gaussians);
      const colourOf = (at: number) => classes[at] === empty ? FREE : palette[classes[at]!]!;
      return titled(`block ${i + 1}`, panel(gaussians.means, colourOf));
    }),
  ]);
}
