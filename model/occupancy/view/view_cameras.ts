import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { cameraAt } from "../../../gpu/ops/gaussian/rasterize/camera_pose.ts";
import type { Vector } from "../../../gpu/ops/view/vector3.ts";
import type { ViewCamera } from "../../../gpu/ops/view/voxel_view.ts";

// The original looks at a point 1.4 m above the lidar from 140 m behind, then turns and moves the
// camera: up by 5 degrees around that point, 8 degrees further down, 15 m up along the picture.
const DISTANCE = 140.44;
const ELEVATION = 45.27;
const PITCH = 8;
const LIFT = 15;
const FOCUS_HEIGHT = 1.4;
const FIELD_OF_VIEW = 30;
// So high that columns of voxels do not lean.
const BIRD_HEIGHT = 1000;
const BIRD_MARGIN = 1.03;

// Metres across the grid that these are for.
const EXTENT = 100;

/** How much nearer one goes for a grid than for nuScenes'. */
export function nearnessOf([x0, y0, , x1, y1]: readonly number[]): number {
  return Math.max(x1! - x0!, y1! - y0!) / EXTENT;
}

/** The original's view of a scene, from behind and above its middle, as near as its range is small. */
export function thirdPerson(
  { width, height, range }: {
    readonly width: number;
    readonly height: number;
    /** Low and high corner, metres. */
    readonly range: readonly number[];
  },
): ViewCamera {
  const near = nearnessOf(range);
  const middle = [0, 1].map((axis) => (range[axis]! + range[axis + 3]!) / 2);
  const radians = Math.PI / 180;
  const [raised, down] = [ELEVATION * radians, (ELEVATION + PITCH) * radians];
  const up: Vector = [0, Math.sin(down), Math.cos(down)];
  const tangent = Math.tan(FIELD_OF_VIEW / 2 * radians);
  return {
    width,
    height,
    tangents: [tangent * width / height, tangent],
    position: [
      middle[0]!,
      middle[1]! + near * (-DISTANCE * Math.cos(raised) + LIFT * up[1]),
      FOCUS_HEIGHT + near * (DISTANCE * Math.sin(raised) + LIFT * up[2]),
    ],
    right: [1, 0, 0],
    down: [-up[0], -up[1], -up[2]],
    forward: [0, Math.cos(down), -Math.sin(down)],
  };
}

/** From where a scene is looked at, around the middle of its range. */
export interface Viewpoint {
  /** Degrees around the scene: 0 from behind the car, 90 from its right. */
  readonly azimuth: number;
  /** Degrees above the horizon. */
  readonly elevation: number;
  /** Metres. */
  readonly distance: number;
  /** Degrees, from the top of the picture to its bottom. */
  readonly fieldOfView: number;
}

/** The viewpoint nearest to the original's. */
export const VIEWPOINT: Viewpoint = {
  azimuth: 0,
  elevation: ELEVATION,
  distance: DISTANCE,
  fieldOfView: FIELD_OF_VIEW,
};

/** A viewpoint with what is not given as usual for a range. */
export function viewpointOf(given: Partial<Viewpoint>, range: readonly number[]): Viewpoint {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const distance = DISTANCE * nearnessOf(range);
  return { ...VIEWPOINT, distance, ...Object.fromEntries(set) };
}

/** A view from anywhere, upright, with the middle of the range in the middle of the picture. */
export function viewFrom(
  { azimuth, elevation, distance, fieldOfView }: Viewpoint,
  { width, height, range }: {
    readonly width: number;
    readonly height: number;
    /** Low and high corner, metres. */
    readonly range: readonly number[];
  },
): ViewCamera {
  const [turn, raised] = [azimuth, elevation].map((degrees) => degrees * Math.PI / 180) as [
    number,
    number,
  ];
  const tangent = Math.tan(fieldOfView / 2 * Math.PI / 180);
  const [cos, sin] = [Math.cos(raised), Math.sin(raised)];
  const back: Vector = [Math.sin(turn) * cos, -Math.cos(turn) * cos, sin];
  const middle = [(range[0]! + range[3]!) / 2, (range[1]! + range[4]!) / 2, FOCUS_HEIGHT] as const;
  return {
    width,
    height,
    tangents: [tangent * width / height, tangent],
    position: [
      middle[0] + distance * back[0],
      middle[1] + distance * back[1],
      middle[2] + distance * back[2],
    ],
    right: [Math.cos(turn), Math.sin(turn), 0],
    down: [Math.sin(turn) * sin, -Math.cos(turn) * sin, -cos],
    forward: [-back[0], -back[1], -back[2]],
  };
}

/** A square picture of a box (low corner, then high, metres) from far above, forward up. */
export function birdsEyeOf(range: readonly number[], side: number): ViewCamera {
  const [x0, y0, , x1, y1, z1] = range as [number, number, number, number, number, number];
  const tangent = BIRD_MARGIN * Math.max(x1 - x0, y1 - y0) / 2 / BIRD_HEIGHT;
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
