import type { Tensor } from "../../../tensor.ts";

/** A camera as 3DGS files give it, or one with a lens; matrices act on row vectors, [x y z 1] times matrix. */
export interface RasterCamera {
  /** Pixels of the picture. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Tangents of half the field of view, across and down; they give the focal lengths. */
  readonly tangents: readonly [number, number];
  /**
   * Where it looks straight ahead, from -1 to 1 across and down, as `projection` has it; the middle unless
   * given.
   */
  readonly centre?: readonly [number, number] | undefined;
  /** What it looks through; a pinhole camera unless given. */
  readonly lens?: RasterLens | undefined;
  /** World to camera (x right, y down, z forward), 16 numbers; each four are a row. */
  readonly view: ArrayLike<number>;
  /** World to clip space: `view` times the perspective matrix, 16 numbers. */
  readonly projection: ArrayLike<number>;
  /** Place of the camera in the world, for colours that depend on the direction. */
  readonly position: ArrayLike<number>;
  /**
   * A pose f32 [4, 4] camera_from_world for columns, a rotation and a step, which stands in for `view`,
   * `projection` and `position`; gradients go to it.
   */
  readonly pose?: Tensor | undefined;
  /**
   * The pose as uniforms want it, [9, 4].
   *
   * @internal
   */
  readonly rows?: Tensor | undefined;
}

/**
 * A lens that is no pinhole camera's. Of a point at (x, y, z) in the frame of the camera, a = x / z and
 * b = y / z, for fisheyes times atan(s) / s with s = |(a, b)|, are stretched by the radial polynomial of
 * q = a a + b b over the divisor's, shifted by p1, p2 and the thin prism's s1 to s4, then brought to pixels.
 */
export interface RasterLens {
  /**
   * Fisheyes have points as far off the axis as their angle is large, wide ones beyond 90 degrees too;
   * equirectangular pictures have longitude across and latitude down, a radian by as many pixels as `focal` has,
   * orthographic ones x and y of the camera. Depth is the distance then, but for orthographic pictures.
   */
  readonly kind: "opencv" | "fisheye" | "wide fisheye" | "equirectangular" | "orthographic";
  /** Focal lengths in pixels of the picture. */
  readonly focal: readonly [number, number];
  /** Where it looks straight ahead, in pixels whose centres lie at halves. */
  readonly centre: readonly [number, number];
  /** k1 to k4: of q, q^2, q^3, q^4. */
  readonly radial: readonly [number, number, number, number];
  /** Of q, q^2, q^3 below the line, which OpenCV calls k4 to k6. */
  readonly divisor: readonly [number, number, number];
  /** p1 and p2. */
  readonly tangential: readonly [number, number];
  /** s1 to s4: of q and q^2 across, of q and q^2 down. */
  readonly thin: readonly [number, number, number, number];
  /** Least and most x / z, then y / z, of points at which the Jacobian is taken. */
  readonly limits: readonly [number, number, number, number];
  /** Largest (x x + y y) / (z z) that it shows; of wide fisheyes the largest angle off the axis. */
  readonly most: number;
}

/** A lens that bends nothing and shows nothing yet. */
export const NO_LENS: Omit<RasterLens, "kind"> = {
  focal: [0, 0],
  centre: [0, 0],
  radial: [0, 0, 0, 0],
  divisor: [0, 0, 0],
  tangential: [0, 0],
  thin: [0, 0, 0, 0],
  limits: [0, 0, 0, 0],
  most: 0,
};

/** Side of a tile in pixels. */
export const TILE = 16;

/** Columns and rows of tiles of a picture. */
export function tileGrid({ width, height }: RasterCamera): [number, number] {
  return [Math.ceil(width / TILE), Math.ceil(height / TILE)];
}

/** Place of the camera, as a uniform. */
export function placeUniform({ position, rows }: RasterCamera): Tensor | number[] {
  // boxed: three numbers
  return rows ? rows.window(8, 9) : Array.from(position);
}

/** The uniforms that speak of the camera in the kernels of projection. */
export function cameraUniforms(camera: RasterCamera) {
  const { width, height, tangents, centre = [0, 0], view, projection, rows } = camera;
  const row = (matrix: ArrayLike<number>, i: number, first: number) =>
    rows?.window(first + i, first + i + 1) ??
      Array.from({ length: 4 }, (_, k) => matrix[4 * i + k]!);
  return {
    view0: row(view, 0, 0),
    view1: row(view, 1, 0),
    view2: row(view, 2, 0),
    view3: row(view, 3, 0),
    projection0: row(projection, 0, 4),
    projection1: row(projection, 1, 4),
    projection2: row(projection, 2, 4),
    projection3: row(projection, 3, 4),
    tangents: [...tangents],
    // Slope of what the middle of the picture shows.
    middle: [-centre[0] * tangents[0], -centre[1] * tangents[1]],
    size: [width, height],
    ...lensUniforms(camera.lens ?? NO_LENS),
  };
}

function lensUniforms(lens: Omit<RasterLens, "kind">) {
  const { focal, centre, radial, divisor, tangential, thin, limits, most } = lens;
  return {
    // Kernels have the centres of pixels at whole numbers.
    lens_pinhole: [...focal, centre[0] - 0.5, centre[1] - 0.5],
    lens_radial: [...radial],
    lens_divisor: [...divisor, 0],
    lens_bend: [...tangential, thin[0], thin[2]],
    lens_thin: [thin[1], thin[3], most, 0],
    lens_limits: [...limits],
  };
}

/** Refuses cameras that no picture can be made with. */
export function checkCamera(camera: RasterCamera): void {
  const { width, height, tangents, view, projection, position } = camera;
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new RangeError(
      `Cannot run rasterize: the picture is ${width} x ${height}, whole pixels are needed`,
    );
  }
  if (!tangents.every((tangent) => tangent > 0 && Number.isFinite(tangent))) {
    throw new RangeError(
      `Cannot run rasterize: the tangents of the camera are ${tangents}, positive ones are needed`,
    );
  }
  for (
    const [name, matrix, length] of [
      ["view", view, 16],
      ["projection", projection, 16],
      ["position", position, 3],
    ] as const
  ) {
    if (matrix.length !== length || !Array.from(matrix).every(Number.isFinite)) {
      throw new RangeError(
        `Cannot run rasterize: "${name}" of the camera has ${matrix.length} numbers, ${length} finite ones are needed`,
      );
    }
  }
}
