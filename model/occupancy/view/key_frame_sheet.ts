import {
  labelled,
  type LegendEntry,
  legendPicture,
  spokenName,
  titled,
} from "../../../data/drawing/legend.ts";
import { TEXT_SIZE } from "../../../data/drawing/text.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { resizePixels } from "../../../data/pictures/resample.ts";
import { above, beside, blankPicture } from "../../../data/pictures/sheet.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { Layer } from "./layers.ts";
import { birdsEyeOf, viewFrom, type Viewpoint } from "./view_cameras.ts";

// Of a sheet: three of nuScenes' pictures side by side.
const SHEET_WIDTH = 1200;
const GAP = 8;
// A picture by itself is about so many capitals wide.
const LETTERS = 90;
// Height beside width of views from behind.
const ASPECT = 0.6;

/** Where a view from above is seen from, in words: beside a picture's title. */
export const FROM_ABOVE = "forward is up";

/** Where a view is seen from, in words. */
export function seenFrom({ azimuth = 0 }: Partial<Viewpoint> = {}): string {
  const turned = ((azimuth % 360) + 360) % 360;
  const from = turned === 0 ? "behind the car" : `${turned} degrees to the right of behind`;
  return `from ${from}`;
}

/** What a sheet shows. */
export interface SheetParts {
  /** As one looks around. */
  readonly photos: readonly RgbPicture[];
  /** Gaussians from the same places, if they are drawn. */
  readonly splats: readonly RgbPicture[];
  readonly layers: readonly Layer[];
}

/**
 * One picture of a key frame: its photos, Gaussians as the same cameras see them, everything from above, truth
 * and prediction large from behind the car, what the colours mean.
 */
export async function keyFrameSheet(
  title: string,
  { photos, splats, layers }: SheetParts,
  { task, occupancy: { range } }: ModelConfig,
): Promise<RgbPicture> {
  const sheets = [titled("Photos", sheetOf(photos, task, { enlarged: splats.length === 0 }))];
  if (splats.length) {
    sheets.push(titled("Gaussians as the cameras see them", sheetOf(splats, task)));
  }
  const parts = besideOrBelow(sheets);
  const width = Math.max(SHEET_WIDTH, ...parts.map((part) => part.width));
  const row = async (
    shown: readonly Layer[],
    cameraOf: (width: number) => ViewCamera,
    remark: string,
  ) => {
    const side = Math.floor((width - GAP * (shown.length - 1)) / Math.max(2, shown.length));
    const views: RgbPicture[] = [];
    for (const { title, draw } of shown) {
      views.push(titled(title, await draw(cameraOf(side)), { remark }));
    }
    if (views.length) parts.push(beside(views, GAP));
  };
  await row(layers, (side) => birdsEyeOf(range, side), FROM_ABOVE);
  const large = layers.filter(({ name }) => name !== "error").slice(0, 2);
  await row(
    large,
    (side) => viewFrom({}, { width: side, height: Math.round(ASPECT * side), range }),
    seenFrom(),
  );
  const sheet = above([...parts, legendsOf(layers, width)], GAP);
  return titled(title, sheet, { size: 12 });
}

/** A view of a layer by itself: with its name, where it is seen from, and what its colours mean. */
export function figureOf(
  { title, legend }: Layer,
  picture: RgbPicture,
  remark: string,
): RgbPicture {
  // Large pictures are looked at from afar, or made small on a page.
  const size = Math.max(TEXT_SIZE, Math.round(picture.width / LETTERS));
  return above([
    titled(title, picture, { remark, size }),
    legendPicture(legend, picture.width, { size }),
  ], 0);
}

/** What the colours of layers mean, those of classes once. */
export function legendsOf(layers: readonly Layer[], width: number): RgbPicture {
  const merge = (
    of: readonly Layer[],
  ) => [
    ...new Map(of.flatMap(({ legend }) => legend).map((entry) => [entry.name, entry])).values(),
  ];
  const rows = [
    merge(layers.filter(({ name }) => name !== "error")),
    merge(layers.filter(({ name }) => name === "error")),
  ].filter((entries: readonly LegendEntry[]) => entries.length > 0);
  if (!rows.length) return blankPicture(width, 1);
  return above(rows.map((entries) => legendPicture(entries, width)), 0);
}

/** In one row where that is no wider than a sheet. */
function besideOrBelow(pictures: readonly RgbPicture[]): RgbPicture[] {
  const width = pictures.reduce((sum, picture) => sum + picture.width, GAP * (pictures.length - 1));
  return width <= SHEET_WIDTH ? [beside(pictures, GAP)] : [...pictures];
}

/**
 * The cameras' pictures with their names as one looks around, a row in front of another, no wider than asked
 * for; those of small presets larger, as far as there is room.
 */
export function sheetOf(
  pictures: readonly RgbPicture[],
  { around, cameras }: OccupancyTask,
  { most = SHEET_WIDTH, enlarged = false }: {
    readonly most?: number;
    readonly enlarged?: boolean;
  } = {},
): RgbPicture {
  const columns = around[0]!.length;
  const names = around.flat().map((camera) => spokenName(cameras[camera]!));
  const width = Math.floor(most / columns);
  const sized = (picture: RgbPicture) => {
    if (!enlarged && picture.width <= width) return picture;
    const height = Math.round(picture.height * width / picture.width);
    return resizePixels(picture, [width, height], "bicubic");
  };
  const small = pictures.map((picture, i) => labelled(names[i]!, sized(picture)));
  const rows = [];
  for (let i = 0; i < small.length; i += columns) rows.push(beside(small.slice(i, i + columns), 0));
  return above(rows, 0);
}
