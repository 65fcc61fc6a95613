/** A pinhole camera as 3DGS files give it; matrices act on row vectors, [x y z 1] times matrix. */
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
  /** World to camera (x right, y down, z forward), 16 numbers; each four are a row. */
  readonly view: ArrayLike<number>;
  /** World to clip space: `view` times the perspective matrix, 16 numbers. */
  readonly projection: ArrayLike<number>;
  /** Place of the camera in the world, for colours that depend on the direction. */
  readonly position: ArrayLike<number>;
}

/** Side of a tile in pixels. */
export const TILE = 16;

/** Columns and rows of tiles of a picture. */
export function tileGrid({ width, height }: RasterCamera): [number, number] {
  return [Math.ceil(width / TILE), Math.ceil(height / TILE)];
}

/** The uniforms that speak of the camera in the kernels of projection. */
export function cameraUniforms(camera: RasterCamera) {
  const { width, height, tangents, centre = [0, 0], view, projection } = camera;
  const row = (matrix: ArrayLike<number>, i: number) =>
    Array.from({ length: 4 }, (_, k) => matrix[4 * i + k]!);
  return {
    view0: row(view, 0),
    view1: row(view, 1),
    view2: row(view, 2),
    view3: row(view, 3),
    projection0: row(projection, 0),
    projection1: row(projection, 1),
    projection2: row(projection, 2),
    projection3: row(projection, 3),
    tangents: [...tangents],
    // Slope of what the middle of the picture shows.
    middle: [-centre[0] * tangents[0], -centre[1] * tangents[1]],
    size: [width, height],
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
