import { shownNames } from "./shown_names.ts";
import { basename, join, resolve } from "@std/path";
import { readJsonLines } from "../../data/formats/json/json_lines.ts";
import { encodePng } from "../../data/pictures/png/png.ts";
import { surroundOcc } from "../../data/nuscenes/task.ts";
import type { OccupancyTask } from "../../data/occupancy/task.ts";
import { readSplats } from "../../data/splats/read_splats.ts";
import { ByStamp, fileStamp } from "./file_stamp.ts";
import { FollowedRun } from "./followed_run.ts";
import { emptyState, problemOf, type RunWord, type Viewed, type ViewedItem } from "./viewed.ts";
import { percentText } from "../occupancy/evaluation/figures.ts";
import { runCurves } from "../occupancy/run/run_curves.ts";
import { rowOfToday } from "../occupancy/run/older_files.ts";
import { RUN_ROW } from "../occupancy/run/run_row_fields.ts";
import { METRICS, PICTURES, RUN_CONFIG, summarize } from "../occupancy/run/run_rows.ts";
import { drawnKeyFrame } from "../occupancy/view/drawn_frame.ts";
import { type KeyFrameFile, readKeyFrame } from "../occupancy/view/key_frame_file.ts";
import { ERRORS } from "../occupancy/view/occupancy_view.ts";
import {
  camerasAround,
  keyFramePart,
  legendOf,
  type ShownKeyFrame,
} from "../occupancy/watched/shown_key_frame.ts";

/** A key frame's npz and, where it is there, the PLY of its Gaussians. */
interface KeyFramePaths {
  readonly id: string;
  readonly npz: string;
  readonly ply: string | null;
}

/** Whether a folder has key frames, or is that of a training run or a demo. */
export function isOccupancyFolder(folder: string): boolean {
  return runFolder(folder) !== null || keyFrames(folder).length > 0;
}

/** Whether a folder is that of a training run. */
export function isOccupancyRun(folder: string): boolean {
  return runFolder(folder) === folder;
}

/** One key frame's npz; throws where the file is no such. */
export function viewOccupancyFile(path: string): Viewed {
  readKeyFrame(path);
  const name = basename(path);
  return viewKeyFrames(basename(resolve(path)), {
    find: () => [pathsOf("", join(path, ".."), name, shownNames(join(path, "..")))],
    run: null,
  });
}

/** What `predict`, `visualize`, `demo` or `train` left or still writes. */
export function viewOccupancyFolder(folder: string): Viewed {
  const run = runFolder(folder);
  const folders = [["", folder]];
  if (run !== null) {
    const inside = run === folder ? PICTURES : `run/${PICTURES}`;
    folders.unshift([`${inside}/`, join(folder, inside)]);
  }
  return viewKeyFrames(basename(resolve(folder)), {
    find: () => folders.flatMap(([prefix, path]) => keyFrames(path!, prefix!)),
    run,
  });
}

function viewKeyFrames(
  title: string,
  { find, run }: { readonly find: () => KeyFramePaths[]; readonly run: string | null },
): Viewed {
  const curves = new ByStamp<ReturnType<typeof readCurves>>();
  // Of one key frame several parts are asked for, one after the other.
  let open: { readonly stamp: string; readonly frame: KeyFrameFile } | null = null;
  const read = (path: string) => {
    const stamp = `${path} ${fileStamp(path)}`;
    if (open?.stamp !== stamp) open = { stamp, frame: drawnKeyFrame(readKeyFrame(path)) };
    return open.frame;
  };
  const metrics = run === null ? null : join(run, METRICS);
  const followed = run === null ? null : new FollowedRun(run, join(run, RUN_CONFIG));
  const tasks = new ByStamp<OccupancyTask>();
  const taskOf = (frames: readonly KeyFramePaths[]) => {
    for (const { npz } of frames) {
      try {
        return read(npz).task;
      } catch {
        // What is wrong with the file is told when it is opened.
      }
    }
    return surroundOcc;
  };
  return {
    state: () => {
      const frames = find();
      // All key frames of a folder are of one task.
      const task = frames.length ? tasks.get([frames[0]!.npz], () => taskOf(frames)) : surroundOcc;
      const read = metrics ? curves.get([metrics], () => readCurves(metrics)) : null;
      return {
        ...emptyState("occupancy", title),
        items: frames.map(itemOf),
        classes: legendOf(task),
        errors: ERRORS,
        ...read?.state,
        run: read && followed ? followed.state(read.step) : null,
      };
    },
    async resource([id, part, ...rest]) {
      const paths = find().find((frame) => frame.id === id);
      return paths && part ? await keyFramePart(shown(paths, read), [part, ...rest]) : null;
    },
    ...(followed && { ask: (word: RunWord) => followed.ask(word) }),
    close: () => void (open = null),
  };
}

/** A key frame of files, as it is shown. */
function shown({ npz, ply }: KeyFramePaths, read: (path: string) => KeyFrameFile): ShownKeyFrame {
  const frame = read(npz);
  const { task, pictures } = frame;
  return {
    frame,
    cameras: pictures.length ? camerasAround(task) : [],
    picture(camera) {
      const picture = pictures[task.cameras.indexOf(camera)];
      return picture ? { type: "image/png", body: encodePng(picture) } : null;
    },
    splats: ply === null ? null : async () => (await readSplats(ply)).splats,
  };
}

/** The folder with the settings of a run: the folder itself, or that below a demo's. */
function runFolder(folder: string): string | null {
  const found = [folder, join(folder, "run")].find((path) =>
    fileStamp(join(path, RUN_CONFIG)) !== null && fileStamp(join(path, METRICS)) !== null
  );
  return found ?? null;
}

function keyFrames(folder: string, prefix = ""): KeyFramePaths[] {
  const names = shownNames(folder);
  // Beside a key frame lie the arrays of its Gaussians.
  return names.filter((name) => name.endsWith(".npz") && !name.endsWith("_gaussian.npz"))
    .map((name) => pathsOf(prefix, folder, name, names));
}

function pathsOf(
  prefix: string,
  folder: string,
  name: string,
  names: readonly string[],
): KeyFramePaths {
  const stem = name.replace(/\.npz$/, "");
  const ply = [`${stem}.ply`, `${stem}_gaussian.ply`].find((other) => names.includes(other));
  return {
    // Ids stand in addresses, where a slash would part them.
    id: `${prefix}${stem}`.replaceAll("/", "~"),
    npz: join(folder, name),
    ply: ply === undefined ? null : join(folder, ply),
  };
}

function itemOf({ id, npz, ply }: KeyFramePaths): ViewedItem {
  const label = id.split("~").at(-1)!;
  return { id, label, version: [npz, ply ?? ""].map(fileStamp).join(" ") };
}

function readCurves(metrics: string) {
  const { value, leftOut } = readJsonLines(metrics, RUN_ROW);
  const rows = value.map(rowOfToday);
  const { steps, loss, last, best } = summarize(rows);
  const figures: [string, string][] = [["step", String(steps)]];
  if (typeof loss === "number") figures.push(["loss", loss.toPrecision(4)]);
  if (last && best) {
    figures.push(["mIoU", `${percentText(last.miou)} % (best ${percentText(best.miou)} %)`]);
    figures.push(["reference mIoU", `${percentText(last.referenceMiou)} %`]);
  }
  return {
    step: steps,
    state: { figures, charts: runCurves(rows).map(String), problem: problemOf(leftOut) },
  };
}
