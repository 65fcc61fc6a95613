import { join } from "@std/path";
import { forEachLine } from "../formats/json/json_lines.ts";
import type { Split } from "../occupancy/dataset.ts";
import { type Fault, faultText } from "../occupancy/fault.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { type Pose, poseFromMatrix } from "../occupancy/rigid.ts";
import { kindProblems, type Problem, type Row, valueProblems } from "./index_row.ts";

const STILL: Pose = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] };

/** Path of a split's index: JSON lines, a key frame each. */
export function indexPath(folder: string, split: Split): string {
  return join(folder, `${split}.jsonl`);
}

/** Reads the key frames of a split; the first row that is wrong is named by file, row and field. */
export function readIndex(folder: string, split: Split): KeyFrame[] {
  return readIndexFile(indexPath(folder, split));
}

/** Reads the key frames of an index, of which there must be some unless said otherwise. */
export function readIndexFile(path: string, { some = true } = {}): KeyFrame[] {
  const { frames, faults: [fault] } = listIndexFile(path);
  if (fault) throw new RangeError(`Cannot use ${faultText(fault)}`);
  if (frames.length > 0 || !some) return frames;
  throw Object.assign(
    new Error(`Cannot read "${path}": it holds no key frame, or is not there`),
    { hint: "docs/own_data.md says what its rows hold" },
  );
}

/** The key frames of an index that are as they must be, and all that is wrong with it. */
export function listIndexFile(path: string): { frames: KeyFrame[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const frames: KeyFrame[] = [];
  const known = new Calibrations();
  const last = new Map<string, { time: number; index: number }>();
  const tokens = new Set<string>();
  forEachLine(path, (line, number) => {
    const before = faults.length;
    const note = ([field, what]: Problem) =>
      faults.push({ file: path, place: `row ${number}`, field, what });
    const row = parsed(line, note);
    if (faults.length > before) return;
    const { token, sequence, time } = row as Row;
    for (const problem of valueProblems(row as Row)) note(problem);
    if (tokens.has(token)) note(["token", `is "${token}", as that of a row before it`]);
    tokens.add(token);
    const previous = last.get(sequence);
    if (previous && time <= previous.time) {
      note([
        "time",
        `is ${time}, the key frame before it in "${sequence}" has ${previous.time}: they must be in order`,
      ]);
    }
    const index = (previous?.index ?? -1) + 1;
    last.set(sequence, { time: Math.max(time, previous?.time ?? time), index });
    if (faults.length === before) frames.push(keyFrameOf(row as Row, index, known));
  });
  return { frames, faults };
}

function parsed(line: string, note: (problem: Problem) => void): unknown {
  try {
    const value = JSON.parse(line);
    for (const problem of kindProblems(value)) note(problem);
    return value;
  } catch (error) {
    note(["", `it is not JSON (${error instanceof Error ? error.message : error})`]);
    return null;
  }
}

function keyFrameOf(
  { token, sequence, time, labels, rig_to_world, cameras, lidar, boxes }: Row,
  index: number,
  known: Calibrations,
): KeyFrame {
  const timestamp = Math.round(1e6 * time);
  const egoToGlobal = poseFromMatrix(Float64Array.from(rig_to_world));
  return {
    token,
    sceneToken: sequence,
    index,
    timestamp,
    ...(labels === undefined ? {} : { labels }),
    cameras: cameras.map(({ name, picture, intrinsics, camera_to_rig }) => ({
      name: known.name(name),
      file: picture,
      timestamp,
      sensorToEgo: known.pose(camera_to_rig),
      egoToGlobal,
      intrinsic: known.numbers(intrinsics),
    })),
    ...(boxes === undefined ? {} : {
      boxes: boxes.map(({ class: name, size, box_to_rig }) => ({
        class: known.name(name),
        size: size as unknown as [number, number, number],
        boxToEgo: poseFromMatrix(Float64Array.from(box_to_rig)),
      })),
    }),
    // Without one it is at the rig's place: labels are in that frame.
    lidar: lidar
      ? {
        ...{ file: lidar.points, sensorToEgo: known.pose(lidar.lidar_to_rig), egoToGlobal },
        ...(lidar.classes === undefined ? {} : { classes: lidar.classes }),
      }
      : { file: "", sensorToEgo: STILL, egoToGlobal },
  };
}

/** Keeps what is the same in most rows once: a hundred thousand rows of six cameras fit in memory so. */
class Calibrations {
  readonly #names = new Map<string, string>();
  readonly #poses = new Map<string, Pose>();
  readonly #numbers = new Map<string, readonly number[]>();

  name(name: string): string {
    return once(this.#names, name, () => name);
  }

  pose(matrix: readonly number[]): Pose {
    return once(this.#poses, matrix.join(), () => poseFromMatrix(Float64Array.from(matrix)));
  }

  numbers(numbers: readonly number[]): readonly number[] {
    return once(this.#numbers, numbers.join(), () => numbers);
  }
}

function once<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let found = kept.get(key);
  if (found === undefined) kept.set(key, found = make());
  return found;
}
