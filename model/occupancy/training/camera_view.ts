import { dot } from "../../../data/geometry/vector3.ts";
import { type RenderView, viewFromAbove } from "../../../loss/render/render_view.ts";
import type { OccupancyConfig } from "../config/model_config.ts";

type Triple = [number, number, number];

/**
 * The pinhole whose pixels a projection [4, 4] (row by row: u d, v d, d, 1) gives, of pictures `shrink`
 * times as small, from `lift` metres above where it stands. A picture that is mirrored stays so.
 */
export function cameraView(
  projection: ArrayLike<number>,
  [width, height]: readonly [number, number],
  { shrink, lift }: { readonly shrink: number; readonly lift: number },
): RenderView {
  const row = (r: number): Triple => [
    projection[4 * r]!,
    projection[4 * r + 1]!,
    projection[4 * r + 2]!,
  ];
  const last = (r: number) => projection[4 * r + 3]!;
  const ahead = row(2);
  const unit = Math.hypot(...ahead);
  const [z, shiftZ] = [scaled(ahead, 1 / unit), last(2) / unit];
  // What is left of a row without its part straight ahead is the focal length times an axis.
  const axis = (r: number) => {
    const values = scaled(row(r), 1 / unit);
    const centre = dot(values, z);
    const across = values.map((value, i) => value - centre * z[i]!) as Triple;
    const focal = Math.hypot(...across);
    return {
      centre,
      focal,
      direction: scaled(across, 1 / focal),
      shift: (last(r) / unit - centre * shiftZ) / focal,
    };
  };
  const [x, y] = [axis(0), axis(1)];
  const rows: readonly (readonly [Triple, number])[] = [
    [x.direction, x.shift],
    [y.direction, y.shift],
    [z, shiftZ],
  ];
  return {
    size: [Math.ceil(width / shrink), Math.ceil(height / shrink)],
    focal: [x.focal / shrink, y.focal / shrink],
    centre: [x.centre / shrink, y.centre / shrink],
    gridToCamera: [
      ...rows.flatMap(([direction, shift]) => [...direction, shift - lift * direction[2]]),
      ...[0, 0, 0, 1],
    ],
    withinPicture: true,
  };
}

/** Pixels of the picture from above, as GaussRender's. */
const ABOVE = 400;

/** The view from as high above the ground as the grid is wide, so that the grid's ground fills the picture. */
export function gridFromAbove(
  { range: [west, , , east, north] }: Pick<OccupancyConfig, "range">,
  shrink: number,
): RenderView {
  const height = east - west;
  const size = Math.ceil(ABOVE / shrink);
  return viewFromAbove(height, {
    size,
    focal: size,
    centre: [-size * west / height, size * north / height],
  });
}

function scaled(values: Triple, factor: number): Triple {
  return values.map((value) => value * factor) as Triple;
}
