import { cross, dot, unit, type Vector } from "../../view/vector3.ts";
import type { RasterCamera } from "./camera.ts";

/** Where a camera stands and how it is turned, by unit vectors in the world. */
export interface CameraPose {
  /** Place of the camera. */
  readonly position: Vector;
  /** Where columns of the picture grow. */
  readonly right: Vector;
  /** Where rows of the picture grow. */
  readonly down: Vector;
  /** Along the optical axis. */
  readonly forward: Vector;
}

/** Size of a picture and what it sees, with the clip planes that 3DGS has. */
export interface CameraLens {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Tangents of half the field of view, across and down. */
  readonly tangents: readonly [across: number, down: number];
  /** Where it looks straight ahead, from -1 to 1 across and down; the middle unless given. */
  readonly centre?: readonly [across: number, down: number];
  /** Distance of the near plane, 0.01 unless given. */
  readonly near?: number;
  /** Distance of the far plane, 100 unless given; nothing is cut off there. */
  readonly far?: number;
}

/** The camera of a pose, with the matrices that the rasteriser takes. */
export function cameraAt(
  { position, right, down, forward }: CameraPose,
  lens: CameraLens,
): RasterCamera {
  const { width, height, tangents, centre = [0, 0], near = 0.01, far = 100 } = lens;
  const axes = [right, down, forward];
  const view = [
    ...[0, 1, 2].flatMap((row) => [...axes.map((axis) => axis[row]!), 0]),
    ...axes.map((axis) => -dot(axis, position)),
    1,
  ];
  const projection: number[] = [];
  for (let row = 0; row < 4; row++) {
    const [x, y, z, w] = view.slice(4 * row, 4 * row + 4) as [number, number, number, number];
    const depth = (z * far - w * far * near) / (far - near);
    projection.push(x / tangents[0] + centre[0] * z, y / tangents[1] + centre[1] * z, depth, z);
  }
  return { width, height, tangents, centre, view, projection, position };
}

/**
 * A camera at `position` that looks at `target`; `up` points to the upper edge of the picture and
 * `fieldOfView` is the angle that the picture's height spans, in radians. In the frame of 3DGS files
 * y points down, so up is [0, -1, 0] unless given.
 */
export function lookAt(
  { width, height, position, target, up = [0, -1, 0], fieldOfView = Math.PI / 4 }: {
    readonly width: number;
    readonly height: number;
    readonly position: Vector;
    readonly target: Vector;
    readonly up?: Vector;
    readonly fieldOfView?: number;
  },
): RasterCamera {
  const forward = unit([
    target[0] - position[0],
    target[1] - position[1],
    target[2] - position[2],
  ]);
  const right = unit(cross(forward, up));
  if (![...forward, ...right].every(Number.isFinite)) {
    throw new RangeError(
      "Cannot make a camera: it must look at another place than its own, and not along its up",
    );
  }
  const tangent = Math.tan(fieldOfView / 2);
  return cameraAt({ position, right, down: cross(forward, right), forward }, {
    width,
    height,
    tangents: [tangent * width / height, tangent],
  });
}
