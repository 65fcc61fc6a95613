/** Camera models by the name COLMAP gives them, with the names of their parameters, in the order of their ids. */
export const COLMAP_MODELS: Readonly<Record<string, readonly string[]>> = {
  SIMPLE_PINHOLE: ["f", "cx", "cy"],
  PINHOLE: ["fx", "fy", "cx", "cy"],
  SIMPLE_RADIAL: ["f", "cx", "cy", "k1"],
  RADIAL: ["f", "cx", "cy", "k1", "k2"],
  OPENCV: ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"],
  OPENCV_FISHEYE: ["fx", "fy", "cx", "cy", "k1", "k2", "k3", "k4"],
  FULL_OPENCV: ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"],
  FOV: ["fx", "fy", "cx", "cy", "omega"],
  SIMPLE_RADIAL_FISHEYE: ["f", "cx", "cy", "k1"],
  RADIAL_FISHEYE: ["f", "cx", "cy", "k1", "k2"],
  THIN_PRISM_FISHEYE: [
    ...["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "sx1", "sy1"],
  ],
  RAD_TAN_THIN_PRISM_FISHEYE: [
    ...["fx", "fy", "cx", "cy", "k0", "k1", "k2", "k3", "k4", "k5", "p0", "p1"],
    ...["s0", "s1", "s2", "s3"],
  ],
  SIMPLE_DIVISION: ["f", "cx", "cy", "k"],
  DIVISION: ["fx", "fy", "cx", "cy", "k"],
  SIMPLE_FISHEYE: ["f", "cx", "cy"],
  FISHEYE: ["fx", "fy", "cx", "cy"],
  EUCM: ["fx", "fy", "cx", "cy", "alpha", "beta"],
  EQUIRECTANGULAR: ["w", "h"],
};

/** A camera of a COLMAP reconstruction; width and height in pixels. */
export interface ColmapCamera {
  /** Its number. */
  readonly id: number;
  /** A key of `COLMAP_MODELS`. */
  readonly model: string;
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** In the order of `COLMAP_MODELS`. */
  readonly params: number[];
}

/** Focal lengths and principal point in pixels, pixel centres at .5, and what else the model has by name. */
export interface ColmapIntrinsics {
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly distortion: Record<string, number>;
}

/** Names a camera's parameters; throws a RangeError for a model without focal length. */
export function colmapIntrinsics({ id, model, params }: ColmapCamera): ColmapIntrinsics {
  const values = new Map(COLMAP_MODELS[model]!.map((name, i) => [name, params[i]!]));
  const take = (...names: string[]): number => {
    const name = names.find((name) => values.has(name));
    if (name === undefined) {
      throw new RangeError(
        `Cannot use camera ${id}: its model ${model} has no ${names[0]}, it must be a lens`,
      );
    }
    return values.get(name)!;
  };
  const pinhole = { fx: take("fx", "f"), fy: take("fy", "f"), cx: take("cx"), cy: take("cy") };
  for (const name of ["f", "fx", "fy", "cx", "cy"]) values.delete(name);
  return { ...pinhole, distortion: Object.fromEntries(values) };
}

/** Checks what a file says of a camera and returns it. */
export function makeCamera(camera: ColmapCamera): ColmapCamera {
  const { id, model, width, height, params } = camera;
  if (!Object.hasOwn(COLMAP_MODELS, model)) {
    throw new RangeError(`camera model "${model}" is not known`);
  }
  if (params.length !== COLMAP_MODELS[model]!.length) {
    throw new RangeError(
      `camera ${id} has ${params.length} parameters, ${model} has ${COLMAP_MODELS[model]!.length}`,
    );
  }
  if (!isSize(width) || !isSize(height)) {
    throw new RangeError(`camera ${id} cannot have ${width} x ${height} pixels`);
  }
  if (!params.every((value) => Number.isFinite(value))) {
    throw new RangeError(`camera ${id} has a parameter that is not finite`);
  }
  return camera;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size > 0;
}
