import { drawDisc } from "../../../data/drawing/canvas.ts";
import { legendPicture, titled } from "../../../data/drawing/legend.ts";
import { type Colour, drawnColours, legendWithin } from "../../../data/occupancy/task.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { above, beside } from "../../../data/pictures/sheet.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Stage } from "../../../gpu/ops/view/stage.ts";
import type { ModelConfig, OccupancyConfig } from "../config/model_config.ts";
import { gaussianClasses } from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import { pixelOf, writeMetres } from "./ground.ts";
import { FROM_ABOVE } from "./key_frame_sheet.ts";
import { viewGridOf } from "./layers.ts";
import { voxelPicture } from "./occupancy_view.ts";
import { birdsEyeOf } from "./view_cameras.ts";

const FREE: Colour = [150, 156, 164];
const START: Colour = [31, 119, 180];
// Of a disc's own colour.
const RIM = 0.55;
// So much of a panel is covered where no disc hides another, but for discs of these radii, pixels.
const COVERED = 0.3;
const RADII = { least: 1.8, most: 7 };
const COLUMNS = 3;
const GAP = 12;
// Past every class: nothing is drawn.
const NOTHING = 255;

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
 * Where Gaussians are as discs seen from above on the ground around the car: first those that the model starts
 * from, then those of every block in the colours of their classes (free space in gray, under the others).
 */
export async function topDownPicture(
  gpu: Gpu,
  start: Float32Array,
  blocks: readonly GaussianArrays[],
  { config, stage, side }: {
    readonly config: ModelConfig;
    readonly stage: Stage;
    /** Of a panel, pixels. */
    readonly side: number;
  },
): Promise<RgbPicture> {
  const { task, occupancy: { range } } = config;
  const camera = birdsEyeOf(range, side);
  const grid = viewGridOf(config);
  const voxels = grid.dims[0] * grid.dims[1] * grid.dims[2];
  const ground = await voxelPicture(gpu, new Uint8Array(voxels).fill(NOTHING), {
    grid,
    stage,
    camera,
    palette: drawnColours(task),
  });
  writeMetres(ground, stage, camera);
  const panel = (title: string, means: Float32Array, layers: readonly ColourOf[]) => {
    const picture = { ...ground, data: ground.data.slice() };
    const radius = radiusOf(means.length / 3, side);
    for (const colourOf of layers) {
      for (let i = 0; i < means.length / 3; i++) {
        const colour = colourOf(i);
        const at = colour && pixelOf([means[3 * i]!, means[3 * i + 1]!, stage.ground], camera);
        if (at) disc(picture, at, radius, colour);
      }
    }
    return titled(title, picture, { remark: FROM_ABOVE });
  };
  const classes = blocks.map(gaussianClasses);
  const panels = [
    panel("Where Gaussians start", start, [() => START]),
    ...blocks.map(({ means }, i) => {
      const labels = classes[i]!;
      const free = (at: number) => labels[at] === task.empty ? FREE : null;
      const thing = (at: number) => labels[at] === task.empty ? null : task.palette[labels[at]!]!;
      return panel(`After block ${i + 1}`, means, [free, thing]);
    }),
  ];
  const rows: RgbPicture[] = [];
  for (let i = 0; i < panels.length; i += COLUMNS) {
    rows.push(beside(panels.slice(i, i + COLUMNS), GAP));
  }
  const legend = [
    { name: "start", colour: START },
    { name: "free space", colour: FREE },
    ...legendWithin(task, classes),
  ];
  return above([...rows, legendPicture(legend, rows[0]!.width)], GAP);
}

type ColourOf = (i: number) => Colour | null;

/** Of the discs of so many Gaussians, pixels. */
function radiusOf(count: number, side: number): number {
  const radius = side * Math.sqrt(COVERED / (Math.PI * Math.max(1, count)));
  return Math.min(RADII.most, Math.max(RADII.least, radius));
}

/** A disc with a darker rim, which shows whatever its colour. */
function disc(
  picture: RgbPicture,
  at: readonly [number, number],
  radius: number,
  colour: Colour,
): void {
  const [r, g, b] = colour;
  drawDisc(picture, at, { radius, colour: [RIM * r, RIM * g, RIM * b] });
  drawDisc(picture, at, { radius: radius - Math.max(1, radius / 5), colour });
}
