import { join } from "@std/path";
import { listOf, NUMBER, objectOf, optional, TEXT } from "../formats/json/json_kinds.ts";
import { readJsonLines } from "../formats/json/json_lines.ts";
import type { Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { type Pose, poseFromMatrix } from "../occupancy/rigid.ts";

interface Row {
  readonly token: string;
  readonly sequence: string;
  readonly time: number;
  readonly labels: string;
  readonly rig_to_world: readonly number[];
  readonly cameras: readonly CameraRow[];
}

interface CameraRow {
  readonly name: string;
  readonly picture: string;
  readonly intrinsics: readonly number[];
  readonly camera_to_rig: readonly number[];
}

const ROW = objectOf<Row>({
  token: TEXT,
  sequence: TEXT,
  time: NUMBER,
  labels: optional(TEXT),
  rig_to_world: listOf(NUMBER, 16),
  cameras: listOf(objectOf<CameraRow>({
    name: TEXT,
    picture: TEXT,
    intrinsics: listOf(NUMBER, 9),
    camera_to_rig: listOf(NUMBER, 16),
  })),
});

const STILL: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };
const RIGID = 1e-3;

/** Path of a split's index: JSON lines, a key frame each. */
export function indexPath(folder: string, split: Split): string {
  return join(folder, `${split}.jsonl`);
}

/** Reads the key frames of a split; the first row that is wrong is named by file, line and field. */
export function readIndex(folder: string, split: Split): KeyFrame[] {
  return readIndexFile(indexPath(folder, split));
}

/** Reads the key frames of an index. */
export function readIndexFile(path: string): KeyFrame[] {
  const { value: rows, leftOut: [problem] } = readJsonLines(path, ROW, { whole: true });
  if (problem !== undefined) throw new SyntaxError(`Cannot read ${problem}`);
  if (rows.length === 0) {
    throw Object.assign(
      new Error(`Cannot read "${path}": it holds no key frame, or is not there`),
      {
        hint: "docs/own_data.md says what its rows hold",
      },
    );
  }
  const last = new Map<string, { time: number; index: number }>();
  const tokens = new Set<string>();
  return rows.map((row, i) => {
    const { token, sequence, time } = row;
    const refuse = (what: string) => new RangeError(`Cannot use "${path}", row ${i + 1}: ${what}`);
    if (!/^[\w.-]+$/.test(token) || tokens.has(token)) {
      throw refuse(
        `"token" is "${token}", each must be another name of letters, digits, ".", "_", "-"`,
      );
    }
    tokens.add(token);
    const before = last.get(sequence);
    if (before && time <= before.time) {
      throw refuse(
        `"time" is ${time}, the key frame before it in "${sequence}" has ${before.time}: they must be in order`,
      );
    }
    const index = (before?.index ?? -1) + 1;
    last.set(sequence, { time, index });
    const timestamp = Math.round(1e6 * time);
    const globalFromRig = poseOf(row.rig_to_world, () => refuse('"rig_to_world" is not rigid'));
    return {
      token,
      sceneToken: sequence,
      index,
      timestamp,
      ...(row.labels === undefined ? {} : { labels: row.labels }),
      cameras: row.cameras.map(({ name, picture, intrinsics, camera_to_rig }) => ({
        name,
        file: picture,
        timestamp,
        sensorToEgo: poseOf(
          camera_to_rig,
          () => refuse(`"camera_to_rig" of camera "${name}" is not rigid`),
        ),
        egoToGlobal: globalFromRig,
        intrinsic: intrinsics,
      })),
      // Its place is the rig's: labels are in that frame.
      lidar: { file: "", sensorToEgo: STILL, egoToGlobal: globalFromRig },
    };
  });
}

/** The pose of a 4x4 matrix, row by row; throws where it is no rotation and translation. */
function poseOf(matrix: readonly number[], refuse: () => Error): Pose {
  const row = (i: number) => matrix.slice(4 * i, 4 * i + 3);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((s, v, i) => s + v * b[i]!, 0);
  const [x, y, z] = [row(0), row(1), row(2)] as const;
  const products = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(y, z), dot(x, z)];
  const turn = x[0]! * (y[1]! * z[2]! - y[2]! * z[1]!) - x[1]! * (y[0]! * z[2]! - y[2]! * z[0]!) +
    x[2]! * (y[0]! * z[1]! - y[1]! * z[0]!);
  const end = [0, 0, 0, 1].every((value, i) => Math.abs(matrix[12 + i]! - value) < RIGID);
  if (products.some((value) => Math.abs(value) > RIGID) || turn < 0 || !end) throw refuse();
  return poseFromMatrix(Float64Array.from(matrix));
}
