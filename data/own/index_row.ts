import {
  ABOVE_ZERO,
  type FieldsOf,
  type JsonKind,
  listOf,
  NUMBER,
  optional,
  TEXT,
} from "../formats/json/json_kinds.ts";

/** A line of an index. */
export interface Row {
  readonly token: string;
  readonly sequence: string;
  readonly time: number;
  readonly labels?: string;
  readonly rig_to_world: readonly number[];
  readonly cameras: readonly CameraRow[];
  readonly lidar?: LidarRow;
  readonly boxes?: readonly BoxRow[];
}

/** Lidar points of a line. */
export interface LidarRow {
  readonly points: string;
  readonly lidar_to_rig: readonly number[];
  readonly classes?: string;
}

/** An annotated thing of a line. */
export interface BoxRow {
  readonly class: string;
  readonly size: readonly number[];
  readonly box_to_rig: readonly number[];
}

/** A picture of a line, and where it was taken. */
export interface CameraRow {
  readonly name: string;
  readonly picture: string;
  readonly intrinsics: readonly number[];
  readonly camera_to_rig: readonly number[];
}

const CAMERA: FieldsOf<CameraRow> = {
  name: TEXT,
  picture: TEXT,
  intrinsics: listOf(NUMBER, 9),
  camera_to_rig: listOf(NUMBER, 16),
};

const LIDAR: FieldsOf<LidarRow> = {
  points: TEXT,
  lidar_to_rig: listOf(NUMBER, 16),
  classes: optional(TEXT) as JsonKind<string | undefined>,
};

const BOX: FieldsOf<BoxRow> = {
  class: TEXT,
  size: listOf(ABOVE_ZERO, 3),
  box_to_rig: listOf(NUMBER, 16),
};

const ROW: FieldsOf<Omit<Row, "cameras" | "lidar" | "boxes">> = {
  token: TEXT,
  sequence: TEXT,
  time: NUMBER,
  labels: optional(TEXT) as JsonKind<string | undefined>,
  rig_to_world: listOf(NUMBER, 16),
};

/** A field and what is wrong with it. */
export type Problem = readonly [field: string, what: string];

/** All fields of a line that are of another kind than they must be. */
export function* kindProblems(value: unknown): Generator<Problem> {
  if (!isObject(value)) return yield ["", "it must be an object"];
  yield* problemsOf(value, ROW, "");
  const { cameras, lidar, boxes } = value;
  if (lidar !== undefined) {
    if (isObject(lidar)) yield* problemsOf(lidar, LIDAR, "lidar.");
    else yield ["lidar", "must be an object"];
  }
  if (boxes !== undefined && !Array.isArray(boxes)) yield ["boxes", "must be a list"];
  for (const [i, box] of Array.isArray(boxes) ? boxes.entries() : []) {
    if (!isObject(box)) yield [`boxes[${i}]`, "must be an object"];
    else yield* problemsOf(box, BOX, `boxes[${i}].`);
  }
  if (!Array.isArray(cameras) || cameras.length === 0) {
    return yield ["cameras", "must be a list of one at least"];
  }
  for (const [i, camera] of cameras.entries()) {
    if (!isObject(camera)) yield [`cameras[${i}]`, "must be an object"];
    else yield* problemsOf(camera, CAMERA, `cameras[${i}].`);
  }
}

function* problemsOf<T>(
  value: Readonly<Record<string, unknown>>,
  kinds: FieldsOf<T>,
  prefix: string,
): Generator<Problem> {
  for (const [key, kind] of Object.entries(kinds) as [string, JsonKind<unknown>][]) {
    const field = prefix + key;
    const problem = kind.problem(value[key], field);
    // Kinds name what is inside of a list too: `rig_to_world[3]`.
    const [, inner = field, what = problem] = /^"([^"]*)" ([^]*)$/.exec(problem ?? "") ?? [];
    if (problem !== null) yield [inner, what!];
  }
}

const RIGID = 1e-3;

/** Whether a 4x4 matrix, row by row, is a rotation and a translation. */
export function isRigid(matrix: readonly number[]): boolean {
  const row = (i: number) => matrix.slice(4 * i, 4 * i + 3);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const [x, y, z] = [row(0), row(1), row(2)] as const;
  const products = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(y, z), dot(x, z)];
  const turn = x[0]! * (y[1]! * z[2]! - y[2]! * z[1]!) - x[1]! * (y[0]! * z[2]! - y[2]! * z[0]!) +
    x[2]! * (y[0]! * z[1]! - y[1]! * z[0]!);
  const end = [0, 0, 0, 1].every((value, i) => Math.abs(matrix[12 + i]! - value) < RIGID);
  return products.every((value) => Math.abs(value) <= RIGID) && turn > 0 && end;
}

/** What is wrong with the values of a line whose fields are of the right kinds. */
export function* valueProblems(
  { token, rig_to_world, cameras, lidar, boxes = [] }: Row,
): Generator<Problem> {
  if (!/^[\w.-]+$/.test(token)) {
    yield ["token", `is "${token}", letters, digits, ".", "_" and "-" are right`];
  }
  if (!isRigid(rig_to_world)) yield ["rig_to_world", "is not rigid"];
  if (lidar && !isRigid(lidar.lidar_to_rig)) yield ["lidar.lidar_to_rig", "is not rigid"];
  for (const [i, { box_to_rig }] of boxes.entries()) {
    if (!isRigid(box_to_rig)) yield [`boxes[${i}].box_to_rig`, "is not rigid"];
  }
  const names = new Set<string>();
  for (const [i, { name, intrinsics, camera_to_rig }] of cameras.entries()) {
    const field = (key: string) => `cameras[${i}].${key}`;
    if (names.has(name)) yield [field("name"), `is "${name}", as that of a camera before it`];
    names.add(name);
    if (!isRigid(camera_to_rig)) yield [field("camera_to_rig"), `of camera "${name}" is not rigid`];
    const [fx, , , lower, fy, , a, b, one] = intrinsics;
    if (!(fx! > 0 && fy! > 0) || lower !== 0 || a !== 0 || b !== 0 || one !== 1) {
      yield [
        field("intrinsics"),
        `of camera "${name}" is [${intrinsics}], [fx, s, cx, 0, fy, cy, 0, 0, 1] is right`,
      ];
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
