import type { Occupancy } from "../occupancy/coarsen.ts";
import { birdsEye } from "../drawing/birds_eye.ts";
import { drawLine } from "../drawing/canvas.ts";
import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import { labelsFrame } from "../occupancy/projection.ts";
import { invertRigid, matrixFromPose, multiply4 } from "../occupancy/rigid.ts";
import type { Colour, OccupancyTask } from "../occupancy/task.ts";
import type { RgbPicture } from "../pictures/picture.ts";
import { blankPicture } from "../pictures/sheet.ts";

// How far a camera's sight is drawn, in parts of the grid's diagonal.
const REACH = 0.7;
// Of the picture, so that sights that leave the grid show.
const MARGIN = 0.15;
const EDGE: Colour = [120, 120, 120];
const SIGHTS: readonly Colour[] = [
  [220, 30, 30],
  [30, 90, 220],
  [20, 140, 60],
  [200, 120, 0],
  [140, 40, 180],
  [0, 150, 160],
];

/** Colour in which the sight of a camera is drawn, by its place in the task. */
export function sightColour(camera: number): Colour {
  return SIGHTS[camera % SIGHTS.length]!;
}

/**
 * Labels from above with the edges of the grid and of what each camera sees, the car's front up: sights
 * must begin at the car and look where the pictures do.
 */
export function sightPicture(
  frame: KeyFrame,
  { labels, dims }: Pick<Occupancy, "labels" | "dims">,
  { task, widths, side = 640 }: {
    readonly task: OccupancyTask;
    /** Of the pictures, pixels, by camera. */
    readonly widths: ReadonlyMap<string, number>;
    readonly side?: number;
  },
): RgbPicture {
  const { voxel, min } = task.grid;
  const [lengthX, lengthY] = [dims[0] * voxel, dims[1] * voxel];
  const picture = blankPicture(side, side);
  // x ahead and y left of the car's frame, x right and y ahead of the lidar's.
  const turned = task.frame === "ego";
  const scale = side * (1 - 2 * MARGIN) / Math.max(lengthX, lengthY);
  const at = (x: number, y: number): [number, number] => {
    const [dx, dy] = [x - min[0] - lengthX / 2, y - min[1] - lengthY / 2];
    const [right, up] = turned ? [-dy, dx] : [dx, dy];
    return [side / 2 + right * scale, side / 2 - up * scale];
  };
  const above = birdsEye(labels, dims, task);
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      const [right, up] = [(u + 0.5 - side / 2) / scale, (side / 2 - v - 0.5) / scale];
      const [dx, dy] = turned ? [up, -right] : [right, up];
      const x = Math.floor((dx + lengthX / 2) / voxel), y = Math.floor((dy + lengthY / 2) / voxel);
      if (x < 0 || y < 0 || x >= dims[0] || y >= dims[1]) continue;
      const from = 3 * ((dims[1] - 1 - y) * dims[0] + x);
      picture.data.set(above.data.subarray(from, from + 3), 3 * (v * side + u));
    }
  }
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
    .map(([i, j]) => at(min[0] + i! * lengthX, min[1] + j! * lengthY));
  corners.forEach((corner, i) =>
    drawLine(picture, corner, corners[(i + 1) % 4]!, { colour: EDGE, thick: 2 })
  );
  const reach = REACH * Math.hypot(lengthX, lengthY);
  frame.cameras.forEach((camera, i) => {
    const width = widths.get(camera.name);
    if (width === undefined) return;
    const corners = sightOf(camera, frame, { task, width, reach }).map((end) => at(...end));
    corners.forEach((one, k) =>
      drawLine(picture, one, corners[(k + 1) % 3]!, { colour: sightColour(i), thick: 2 })
    );
  });
  return picture;
}

/** A camera's place and the ends of its left and right edge, from above in the labels' frame. */
function sightOf(
  { sensorToEgo, egoToGlobal, intrinsic }: Camera,
  { lidar }: Pick<KeyFrame, "lidar">,
  { task, width, reach }: {
    readonly task: OccupancyTask;
    readonly width: number;
    readonly reach: number;
  },
): [number, number][] {
  const from = labelsFrame(lidar, task.frame);
  const m = multiply4(
    invertRigid(
      multiply4(matrixFromPose(from.egoToGlobal), matrixFromPose(from.sensorToEgo)),
    ),
    matrixFromPose(egoToGlobal),
    matrixFromPose(sensorToEgo),
  );
  const end = (u: number): [number, number] => {
    const x = (u - intrinsic[2]!) / intrinsic[0]!;
    const [dx, dy] = [m[0]! * x + m[2]!, m[4]! * x + m[6]!];
    const length = Math.hypot(dx, dy);
    return [m[3]! + reach * dx / length, m[7]! + reach * dy / length];
  };
  return [[m[3]!, m[7]!], end(0), end(width)];
}
