import { cross, dot } from "../../../gpu/ops/view/vector3.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";

/** Most bytes of a request; real ones have about a thousand. */
export const MOST_BYTES = 1 << 16;
/** Most pixels of a side, and of a picture. */
const MOST_SIDE = 1 << 13;
const MOST_PIXELS = 1 << 25;

/** What the remote viewer of the reference (SIBR) asks for, in its own terms. */
export interface GuiRequest {
  readonly width: number;
  readonly height: number;
  /** Train on while connected; false holds the training. */
  readonly train: boolean;
  /** Stay when the last iteration has been reached. */
  readonly keepAlive: boolean;
  readonly scaleModifier: number;
  /** Colours and covariances made outside the kernels, which gives the same picture here. */
  readonly harmonicsApart: boolean;
  readonly covariancesApart: boolean;
  /** Field of view across and down, radians. */
  readonly fov: readonly [number, number];
  /** 16 numbers each as they are sent: column by column, cameras look along -z. */
  readonly view: readonly number[];
  readonly projection: readonly number[];
}

/** Reads a request; without a picture (a side is 0) the camera may be anything. */
export function parseGuiRequest(text: string): GuiRequest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError("Cannot read a viewer's request: it is not JSON", { cause });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SyntaxError("Cannot read a viewer's request: it is not a JSON object");
  }
  const fields = json as Record<string, unknown>;
  const number = (name: string): number => {
    const value = typeof fields[name] === "boolean" ? Number(fields[name]) : fields[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new SyntaxError(`Cannot read a viewer's request: "${name}" must be a number`);
  };
  const [width, height] = [number("resolution_x"), number("resolution_y")];
  const flags = {
    width,
    height,
    train: number("train") !== 0,
    keepAlive: number("keep_alive") !== 0,
    harmonicsApart: number("shs_python") !== 0,
    covariancesApart: number("rot_scale_python") !== 0,
  };
  if (width === 0 || height === 0) {
    return { ...flags, scaleModifier: 1, fov: [1, 1], view: [], projection: [] };
  }
  const sides = [width, height];
  if (
    sides.some((side) => !Number.isInteger(side) || side < 0 || side > MOST_SIDE) ||
    width * height > MOST_PIXELS
  ) {
    throw new RangeError(
      `Cannot draw for a viewer: it asks for ${width} x ${height} pixels, at most ${MOST_SIDE} a side ` +
        `and ${MOST_PIXELS} in all are possible`,
    );
  }
  const matrix = (name: string): number[] => {
    const values = fields[name];
    if (Array.isArray(values) && values.length === 16 && values.every(Number.isFinite)) {
      return values as number[];
    }
    throw new SyntaxError(`Cannot read a viewer's request: "${name}" must be 16 numbers`);
  };
  return {
    ...flags,
    scaleModifier: number("scaling_modifier"),
    fov: [number("fov_x"), number("fov_y")],
    view: matrix("view_matrix"),
    projection: matrix("view_projection_matrix"),
  };
}

/**
 * The camera of a request. Read four at a time, the numbers are rows of matrices that act on row
 * vectors; y and z of the camera turn round, and y of clip space.
 */
export function guiCamera({ width, height, fov, view, projection }: GuiRequest): RasterCamera {
  const turned = view.map((value, i) => i % 4 === 1 || i % 4 === 2 ? -value : value);
  return {
    width,
    height,
    tangents: [Math.tan(fov[0] / 2), Math.tan(fov[1] / 2)],
    view: turned,
    projection: projection.map((value, i) => i % 4 === 1 ? -value : value),
    position: originOf(turned),
  };
}

/** Where `matrix` (rotation in rows 0 to 2, on row vectors) takes to zero: the camera's place. */
function originOf(matrix: readonly number[]): [number, number, number] {
  const row = (i: number) => matrix.slice(4 * i, 4 * i + 3) as [number, number, number];
  const [a, b, c, t] = [row(0), row(1), row(2), row(3)];
  // Solves p0 a + p1 b + p2 c = -t by Cramer's rule.
  const determinant = dot(a, cross(b, c));
  if (!(Math.abs(determinant) > 1e-12)) {
    throw new RangeError("Cannot draw for a viewer: its view matrix cannot be inverted");
  }
  const goal = t.map((value) => -value) as [number, number, number];
  return [
    dot(goal, cross(b, c)) / determinant,
    dot(goal, cross(c, a)) / determinant,
    dot(goal, cross(a, b)) / determinant,
  ];
}
