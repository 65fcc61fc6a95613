import { shownNames } from "./shown_names.ts";
import { basename, join, resolve } from "@std/path";
import { readJsonLines } from "../../data/formats/json/json_lines.ts";
import { isSplatName } from "../../data/splats/formats.ts";
import { splatFileAt } from "../../data/splats/splat_path.ts";
import { CURVE_ROW, EVALUATION_ROW } from "../splat/run_fields.ts";
import { ByStamp, fileStamp } from "./file_stamp.ts";
import { FollowedRun } from "./followed_run.ts";
import { isFolder } from "../../data/files/path_kind.ts";
import { readScene } from "../../data/scenes/read_scene.ts";
import type { Scene } from "../../data/scenes/scene.ts";
import type { SceneView } from "../../data/scenes/scene_view.ts";
import { SPLAT_DEFAULTS } from "../splat/config.ts";
import { readNamespace } from "../splat/scene/namespace_text.ts";
import { sceneOptions } from "../splat/scene/scene_options.ts";
import { PHOTO, photoOf, viewNamed } from "./scene_photos.ts";
import { SceneSnapshots } from "./scene_snapshots.ts";
import { splatCurves } from "./splat_curves.ts";
import { readViewedCameras } from "./viewed_cameras.ts";
import {
  emptyState,
  problemOf,
  type Viewed,
  type ViewedItem,
  type ViewResource,
} from "./viewed.ts";

// The points that a run starts with are shown where no Gaussians were saved yet.
const START = "input.ply";
const START_ID = "start";

/** A file or an unbundled SOG scene that holds trained Gaussians; `problem` is shown with it. */
export function viewSplatFile(path: string, problem: string | null = null): Viewed {
  const stamped = splatFileAt(path);
  const title = basename(resolve(path));
  const snapshots = new SceneSnapshots();
  const items = () => [{ id: "0", label: title, version: fileStamp(stamped) ?? "" }];
  return {
    state: () => ({ ...emptyState("splats", title), items: items(), problem }),
    resource: async ([id, ...rest]) =>
      id === "0" && !rest.length
        ? plyOf(await snapshots.get({ path, kind: "splats" }, stamped))
        : null,
    close: () => snapshots.close(),
  };
}

/** A folder with several files of trained Gaussians. */
export function viewSplatFolder(folder: string): Viewed {
  const names = () => shownNames(folder).filter(isSplatName);
  const snapshots = new SceneSnapshots();
  return {
    state: () => ({
      ...emptyState("splats", basename(resolve(folder))),
      items: names().map((name) => item(name, name, join(folder, name))),
    }),
    resource: async ([id, ...rest]) =>
      id !== undefined && !rest.length && names().includes(id)
        ? plyOf(await snapshots.get({ path: join(folder, id), kind: "splats" }))
        : null,
    close: () => snapshots.close(),
  };
}

/** Whether a folder has files of trained Gaussians. */
export function hasSplatFiles(folder: string): boolean {
  return shownNames(folder).some(isSplatName);
}

/** Whether a folder is that of a trained model, or of one under training. */
export function isModelFolder(folder: string): boolean {
  const names = shownNames(folder);
  return names.includes("point_cloud") || names.includes("cfg_args");
}

/** The folder of a trained model: its saved iterations, cameras and curves. */
export function viewModelFolder(folder: string): Viewed {
  const cameras = new ByStamp<ReturnType<typeof readViewedCameras>>();
  const curves = new ByStamp<ReturnType<typeof readCurves>>();
  const options = new ByStamp<ReturnType<typeof readOptions>>();
  const snapshots = new SceneSnapshots();
  const run = new FollowedRun(folder, join(folder, "run.json"));
  const camerasFile = join(folder, "cameras.json");
  const optionsFile = join(folder, "cfg_args");
  return {
    state() {
      const curveFiles = ["metrics.jsonl", "evaluations.jsonl"].map((name) => join(folder, name));
      const saved = cameras.get([camerasFile], () => readViewedCameras(camerasFile));
      const { figures, charts, step, leftOut } = curves.get(
        curveFiles,
        () => readCurves(curveFiles as [string, string]),
      );
      return {
        ...emptyState("splats", basename(resolve(folder))),
        items: savedIterations(folder),
        cameras: saved.value,
        ...options.get([optionsFile], () => readOptions(optionsFile)).state(),
        run: step === null ? null : run.state(step),
        figures,
        charts,
        problem: problemOf([...saved.leftOut, ...leftOut]),
      };
    },
    async resource([id, ...rest]) {
      if (id === PHOTO && rest.length === 1) {
        const views = options.get([optionsFile], () => readOptions(optionsFile)).views();
        const view = viewNamed(views, rest[0]!);
        return view ? await photoOf(view) : null;
      }
      if (rest.length || !savedIterations(folder).some((saved) => saved.id === id)) return null;
      return plyOf(
        await snapshots.get(
          id === START_ID
            ? { path: join(folder, START), kind: "points" }
            : { path: plyPath(folder, id!), kind: "splats" },
        ),
      );
    },
    ask: (word) => run.ask(word),
    close: () => snapshots.close(),
  };
}

/** What a model's options say of looking at it: the background, and the scene with its photos. */
function readOptions(path: string) {
  if (fileStamp(path) === null) return { state: () => ({}), views: () => [] };
  const text = Deno.readTextFileSync(path);
  const white = /\bwhite_background=(True|False)\b/.exec(text)?.[1];
  const background = white === undefined ? null : white === "True" ? "white" : "black";
  let source: ReturnType<typeof readNamespace> | null = null;
  try {
    source = readNamespace(text, path);
  } catch {
    // Other trainers write other options; without photos the rest is shown all the same.
  }
  const folder = source?.source_path ?? "";
  let views: readonly SceneView[] | null = null;
  return {
    state: () =>
      ({
        background,
        photos: folder !== "" && isFolder(folder) ? folder : null,
      }) as const,
    views: () =>
      views ??= source
        ? viewsOf(
          readScene(folder, { ...sceneOptions({ ...SPLAT_DEFAULTS, ...source }), depths: "" }),
        )
        : [],
  };
}

function viewsOf({ train, test }: Scene): readonly SceneView[] {
  return [...train, ...test];
}

/** Iterations whose Gaussians are there, else the points that a run starts with. */
function savedIterations(folder: string): ViewedItem[] {
  const saved = shownNames(join(folder, "point_cloud")).flatMap((name) => {
    const id = /^iteration_(\d+)$/.exec(name)?.[1];
    if (id === undefined || fileStamp(plyPath(folder, id)) === null) return [];
    return [item(id, `iteration ${id}`, plyPath(folder, id))];
  });
  const start = join(folder, START);
  return saved.length || fileStamp(start) === null
    ? saved
    : [{ ...item(START_ID, "starting points", start), points: true }];
}

function plyPath(folder: string, iteration: string): string {
  return join(folder, "point_cloud", `iteration_${iteration}`, "point_cloud.ply");
}

function item(id: string, label: string, path: string): ViewedItem {
  return { id, label, version: fileStamp(path) ?? "" };
}

function plyOf(body: readonly Uint8Array[]): ViewResource {
  return { type: "application/octet-stream", body };
}

function readCurves([metricsFile, evaluationsFile]: readonly [string, string]) {
  const { value: rows, leftOut } = readJsonLines(metricsFile, CURVE_ROW);
  const measured = readJsonLines(evaluationsFile, EVALUATION_ROW);
  return {
    ...splatCurves(rows, measured.value),
    step: rows.at(-1)?.iteration ?? null,
    leftOut: [...leftOut, ...measured.leftOut],
  };
}
