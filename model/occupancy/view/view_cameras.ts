import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { cameraAt } from "../../../gpu/ops/gaussian/rasterize/camera_pose.ts";
import type { Vector } from "../../../gpu/ops/view/vector3.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";

// The original looks at the middle of nuScenes' grid from behind the car, so high above it, through such a lens.
const ELEVATION = 45.27;
const FIELD_OF_VIEW = 30;
const FOCUS_HEIGHT = 1.4;
// Of the grid beyond its edges: room for the figures there.
const ROOM = 0.06;
// So high that columns of voxels do not lean.
const BIRD_HEIGHT = 1000;
// A ring around a grid is looked at from so many sides.
const SIDES = 90;

/** From where a scene is looked at, around the middle of its range. */
export interface Viewpoint {
  /** Degrees around the scene: 0 from behind the car, 90 from its right. */
  readonly azimuth: number;
  /** Degrees above the horizon. */
  readonly elevation: number;
  /** Metres from the middle; as near as shows all of it where nothing is said. */
  readonly distance?: number | undefined;
  /** Degrees, from the top of the picture to its bottom. */
  readonly fieldOfView: number;
}

/** The original's viewpoint. */
export const VIEWPOINT: Viewpoint = {
  azimuth: 0,
  elevation: ELEVATION,
  fieldOfView: FIELD_OF_VIEW,
};

interface Frame {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Low and high corner, metres. */
  readonly range: readonly number[];
}

/**
 * A view from anywhere, upright. From a given distance the middle of the range is in the middle of the
 * picture; without one the camera is as near as shows the whole range.
 */
export function viewFrom(
  viewpoint: Partial<Viewpoint>,
  { width, height, range }: Frame,
): ViewCamera {
  const { distance, ...axes } = orientationOf(viewpoint, width / height);
  const middle = middleOf(range);
  const camera = { width, height, ...axes };
  if (distance === undefined) return { ...camera, position: fitted(camera, cornersOf(range)) };
  const position = middle.map((value, k) => value - distance * axes.forward[k]!);
  return { ...camera, position: position as unknown as Vector };
}

/** A view as `viewFrom` has it, but as far away as shows the whole range from every side: for going around it. */
export function orbitView(viewpoint: Partial<Viewpoint>, frame: Frame): ViewCamera {
  if (viewpoint.distance !== undefined) return viewFrom(viewpoint, frame);
  const { width, height, range } = frame;
  const { distance: _, ...axes } = orientationOf(viewpoint, width / height);
  const camera = { width, height, ...axes };
  return { ...camera, position: fitted(camera, ringAround(range)) };
}

function orientationOf(given: Partial<Viewpoint>, aspect: number) {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const { azimuth, elevation, distance, fieldOfView } = {
    ...VIEWPOINT,
    ...Object.fromEntries(set),
  } as Viewpoint;
  const radians = Math.PI / 180;
  const [turn, raised] = [azimuth * radians, elevation * radians];
  const tangent = Math.tan(fieldOfView / 2 * radians);
  const [cos, sin] = [Math.cos(raised), Math.sin(raised)];
  return {
    distance,
    tangents: [tangent * aspect, tangent] as const,
    right: [Math.cos(turn), Math.sin(turn), 0] as const,
    down: [Math.sin(turn) * sin, -Math.cos(turn) * sin, -cos] as const,
    forward: [-Math.sin(turn) * cos, Math.cos(turn) * cos, -sin] as const,
  };
}

function middleOf(range: readonly number[]): Vector {
  return [(range[0]! + range[3]!) / 2, (range[1]! + range[4]!) / 2, FOCUS_HEIGHT];
}

/** The corners of a range with room around it. */
function cornersOf([x0, y0, z0, x1, y1, z1]: readonly number[]): Vector[] {
  const room = ROOM * Math.max(x1! - x0!, y1! - y0!);
  return [x0! - room, x1! + room].flatMap((x) =>
    [y0! - room, y1! + room].flatMap((y) => [z0!, z1!].map((z): Vector => [x, y, z]))
  );
}

/** The rings that the corners of a range go along as it turns. */
function ringAround(range: readonly number[]): Vector[] {
  const [x, y] = middleOf(range);
  const corners = cornersOf(range);
  const radius = Math.max(...corners.map((corner) => Math.hypot(corner[0] - x, corner[1] - y)));
  return Array.from({ length: SIDES }, (_, i) => 2 * Math.PI * i / SIDES).flatMap((angle) =>
    [range[2]!, range[5]!].map((z): Vector => [
      x + radius * Math.cos(angle),
      y + radius * Math.sin(angle),
      z,
    ])
  );
}

/** The nearest place from where a camera sees all points, with as much room at either side. */
function fitted(
  { tangents, right, down, forward }: Omit<ViewCamera, "position">,
  points: readonly Vector[],
): Vector {
  const along = (point: Vector, axis: Vector) =>
    point[0] * axis[0] + point[1] * axis[1] + point[2] * axis[2];
  // A point is in the picture where |across - place| <= tangent * (ahead - place along forward).
  const limits = ([[right, tangents[0]], [down, tangents[1]]] as const).map(([axis, tangent]) => {
    const most = Math.max(...points.map((p) => along(p, axis) - tangent * along(p, forward)));
    const least = Math.min(...points.map((p) => along(p, axis) + tangent * along(p, forward)));
    return { place: (most + least) / 2, ahead: (least - most) / (2 * tangent) };
  });
  const ahead = Math.min(...limits.map((limit) => limit.ahead));
  const place = [0, 1, 2].map((k) =>
    limits[0]!.place * right[k]! + limits[1]!.place * down[k]! + ahead * forward[k]!
  );
  return place as unknown as Vector;
}

/** A square picture of a box (low corner, then high, metres) from far above, forward up. */
export function birdsEyeOf(range: readonly number[], side: number): ViewCamera {
  const [x0, y0, , x1, y1, z1] = range as [number, number, number, number, number, number];
  const tangent = (1 + 2 * ROOM) * Math.max(x1 - x0, y1 - y0) / 2 / BIRD_HEIGHT;
  return {
    width: side,
    height: side,
    tangents: [tangent, tangent],
    position: [(x0 + x1) / 2, (y0 + y1) / 2, z1 + BIRD_HEIGHT],
    right: [1, 0, 0],
    down: [0, -1, 0],
    forward: [0, 0, -1],
  };
}

/** From the lidar frame (x right, y forward, z up) to that of splat files (x right, y down, z forward). */
export function toSplatFrame([x, y, z]: Vector): Vector {
  return [x, -z, y];
}

/**
 * The same camera as the rasteriser wants it, in the frame of splat files; `centre` is where it looks
 * straight ahead, from -1 to 1 across and down the picture.
 */
export function rasterCameraOf(
  camera: ViewCamera,
  centre: readonly [number, number] = [0, 0],
): RasterCamera {
  const { width, height, tangents } = camera;
  const pose = {
    position: toSplatFrame(camera.position),
    right: toSplatFrame(camera.right),
    down: toSplatFrame(camera.down),
    forward: toSplatFrame(camera.forward),
  };
  return cameraAt(pose, { width, height, tangents, centre, far: 2 * BIRD_HEIGHT });
}

/**
 * The camera of one of a key frame's pictures, from its projection [4, 4] of the lidar frame to
 * (u d, v d, d, 1), pixels and metres ahead.
 */
export function pictureCamera(
  projection: ArrayLike<number>,
  [width, height]: readonly [number, number],
): RasterCamera {
  const row = (i: number): Vector => [
    projection[4 * i]!,
    projection[4 * i + 1]!,
    projection[4 * i + 2]!,
  ];
  const offset = [0, 1, 2].map((i) => projection[4 * i + 3]!) as [number, number, number];
  const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const less = (a: Vector, factor: number, b: Vector): Vector => [
    a[0] - factor * b[0],
    a[1] - factor * b[1],
    a[2] - factor * b[2],
  ];
  const forward = row(2);
  // Rows of K R with K upper triangular: what is left of each beside those below it is an axis.
  const [cx, cy] = [dot(row(0), forward), dot(row(1), forward)];
  const across = less(row(0), cx, forward);
  const down = less(row(1), cy, forward);
  const [fx, fy] = [Math.hypot(...across), Math.hypot(...down)];
  const axes = [across.map((v) => v / fx), down.map((v) => v / fy), forward] as unknown as [
    Vector,
    Vector,
    Vector,
  ];
  // Where the camera is, along its own axes.
  const place = [(offset[0] - cx * offset[2]) / fx, (offset[1] - cy * offset[2]) / fy, offset[2]];
  const position = [0, 1, 2].map((k) =>
    -axes.reduce((sum, axis, i) => sum + axis[k]! * place[i]!, 0)
  ) as [number, number, number];
  return rasterCameraOf({
    width,
    height,
    tangents: [width / (2 * fx), height / (2 * fy)],
    position,
    right: axes[0],
    down: axes[1],
    forward: axes[2],
  }, [2 * cx / width - 1, 2 * cy / height - 1]);
}
