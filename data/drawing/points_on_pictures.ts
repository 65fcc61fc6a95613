import { dataFile } from "../occupancy/data_files.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { projectPoint } from "../occupancy/projection.ts";
import type { Matrix4 } from "../occupancy/rigid.ts";
import type { Colour, OccupancyTask } from "../occupancy/task.ts";
import { type RgbPicture, rgbPicture } from "../pictures/picture.ts";
import { decodePicture } from "../pictures/read_picture.ts";
import { resizePixels } from "../pictures/resample.ts";
import { above, beside } from "../pictures/sheet.ts";

/** Points to draw, in the frame that `matrixOf` projects from. */
export interface DrawnPoints {
  /** [n, 3] metres. */
  readonly xyz: Float32Array;
  /** Colour of a point that is so many metres ahead of a camera. */
  readonly colourOf: (point: number, depth: number) => Colour;
  /** Edge of what a point stands for, metres; a dot where it is 0. */
  readonly edge: number;
}

/** What landed in the pictures. */
export interface PointsOnPictures {
  /** The pictures with the points on them, as one looks around, front row before back row. */
  readonly picture: RgbPicture;
  /** In the order of the key frame: how many points land inside, and their depths in metres. */
  readonly cameras: {
    readonly name: string;
    readonly inside: number;
    readonly nearest: number;
    readonly farthest: number;
  }[];
}

// The car itself reflects, and what is nearer than its own length shows nothing about calibration.
const NEAREST = 1;
// Of a voxel's colour over the picture, which must stay to be compared with.
const OPACITY = 0.55;

/** Draws points into the pictures of a key frame, the farthest first; `width` is one picture's, pixels. */
export async function drawOnPictures(
  { cameras }: Pick<KeyFrame, "cameras">,
  points: DrawnPoints,
  { folder, matrixOf, around, width = 800, onPicture }: {
    /** Holds the pictures. */
    readonly folder: string;
    readonly matrixOf: (camera: KeyFrame["cameras"][number]) => Matrix4;
    readonly around: OccupancyTask["around"];
    readonly width?: number;
    readonly onPicture?: ((done: number) => void) | undefined;
  },
): Promise<PointsOnPictures> {
  const drawn: RgbPicture[] = [];
  const report: PointsOnPictures["cameras"] = [];
  for (const camera of cameras) {
    const file = dataFile(folder, camera.file);
    const image = rgbPicture(await decodePicture(await Deno.readFile(file), file));
    const landed = landedPoints(points.xyz, matrixOf(camera), image);
    const height = Math.max(1, Math.round(image.height * width / image.width));
    const small = resizePixels(image, [width, height], "box");
    // Resizing to the same size hands back the picture's own bytes: they are ours to draw on.
    const scale = width / image.width;
    drawPoints(small, landed, points, { scale, focal: camera.intrinsic[0]! * scale });
    drawn.push(small);
    onPicture?.(drawn.length);
    report.push({
      name: camera.name,
      inside: landed.length,
      nearest: landed.at(-1)?.depth ?? NaN,
      farthest: landed[0]?.depth ?? NaN,
    });
  }
  const rows = around.map((row) => beside(row.map((camera) => drawn[camera]!), 0));
  return { picture: above(rows, 0), cameras: report };
}

type Landed = { u: number; v: number; depth: number; point: number };

/** The points that land inside a picture, the farthest first. */
function landedPoints(
  xyz: Float32Array,
  matrix: Float64Array,
  { width, height }: { width: number; height: number },
): Landed[] {
  const landed: Landed[] = [];
  for (let point = 0; 3 * point < xyz.length; point++) {
    const at = 3 * point;
    const place = projectPoint(matrix, [xyz[at]!, xyz[at + 1]!, xyz[at + 2]!]);
    const { u, v, depth } = place;
    if (depth > NEAREST && u >= 0 && u < width && v >= 0 && v < height) {
      landed.push({ ...place, point });
    }
  }
  return landed.sort((a, b) => b.depth - a.depth);
}

function drawPoints(
  { width, height, data }: RgbPicture,
  landed: readonly Landed[],
  { colourOf, edge }: DrawnPoints,
  { scale, focal }: { readonly scale: number; readonly focal: number },
): void {
  const photo = edge > 0 ? data.slice() : data;
  const share = edge > 0 ? OPACITY : 1;
  for (const { u, v, depth, point } of landed) {
    const colour = colourOf(point, depth);
    const x = Math.floor(u * scale), y = Math.floor(v * scale);
    const reach = edge > 0
      ? Math.round(focal * edge / depth / 2)
      : Math.max(0, Math.round(width / 800));
    for (let j = Math.max(0, y - reach); j <= Math.min(height - 1, y + reach); j++) {
      for (let i = Math.max(0, x - reach); i <= Math.min(width - 1, x + reach); i++) {
        const at = 3 * (j * width + i);
        for (let k = 0; k < 3; k++) {
          data[at + k] = Math.round(share * colour[k]! + (1 - share) * photo[at + k]!);
        }
      }
    }
  }
}
