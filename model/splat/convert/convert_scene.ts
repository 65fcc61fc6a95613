import { namesIn } from "../../../data/files/names_in.ts";
import { join } from "@std/path";
import { isFolder } from "../../../data/files/path_kind.ts";
import { writeAll } from "../../../data/files/write_all.ts";
import { reducePictures } from "../../../data/scenes/reduced_pictures.ts";
import { ColmapError, colmapHasCuda, runColmap } from "./colmap_program.ts";
import { fromVideo, lookAtPhotos } from "./photo_steps.ts";
import type { VideoOptions } from "./video_frames.ts";
import { largestModel, type PlacedPhotos, placedPhotos } from "./placed_photos.ts";

/** Sizes of the reduced pictures, as the reference makes them. */
const FACTORS = [2, 4, 8];

/** How COLMAP calls its switches for the GPU: newer versions have renamed them. */
export type GpuNames = "sift" | "feature" | "auto";

/** What to make of a folder with photos in `input`. */
export interface ConvertOptions {
  /** Folder of the scene, with the photos in input/. */
  readonly source: string;
  /** COLMAP's camera model for the photos, one for all of them. */
  readonly camera: string;
  /** Whether COLMAP may use a GPU. */
  readonly useGpu: boolean;
  /** Starts from the reconstruction that is in `distorted/sparse/0`. */
  readonly skipMatching: boolean;
  /** Path or name of COLMAP. */
  readonly colmap: string;
  /** Names of the options for that, which COLMAP has changed. */
  readonly gpuNames: GpuNames;
  /** Writes pictures reduced by 2, 4 and 8 too. */
  readonly resize: boolean;
  /** A video that photos are taken from first. */
  readonly video?: Omit<VideoOptions, "folder"> | undefined;
  /** Whether blurred photos are left out. */
  readonly skipBlurred?: boolean | undefined;
}

/** What a conversion tells; `log` is the file with all that COLMAP says. */
export type ConvertEvent =
  | { readonly type: "command"; readonly words: readonly string[]; readonly log: string }
  | { readonly type: "placed" } & PlacedPhotos
  | { readonly type: "remark"; readonly text: string }
  /** Frames taken from a video, photos looked at. */
  | { readonly type: "taken" | "looked"; readonly done: number; readonly total: number }
  | {
    readonly type: "reduced";
    readonly name: string;
    readonly done: number;
    readonly total: number;
  };

/**
 * Makes a scene to train on of photos in `SOURCE/input`, in the steps of the reference: features,
 * matches and the map by COLMAP, then undistorted `images` and `sparse/0`. `onLine` gets what COLMAP
 * says as it says it.
 */
export async function* convertScene(
  options: ConvertOptions,
  onLine: (line: string) => void = () => {},
): AsyncGenerator<ConvertEvent, void, void> {
  const { source, colmap, skipMatching } = options;
  const at = (...names: string[]) => join(source, ...names);
  if (options.video && !skipMatching) yield* fromVideo(options.video, at("input"));
  checkInput(at("input"));
  const mapped = () =>
    isFolder(at("distorted/sparse")) ? largestModel(at("distorted/sparse")) : null;
  if (skipMatching && !mapped()) {
    throw new Error(
      `Cannot convert "${source}": there is no "distorted/sparse/0" to start from, --skip_matching ` +
        "needs it",
    );
  }
  Deno.mkdirSync(at("distorted"), { recursive: true });
  const log = at("distorted/colmap.log");
  using lines = Deno.openSync(log, { write: true, create: true, truncate: true });
  const write = (line: string) => writeAll(lines, new TextEncoder().encode(`${line}\n`));
  const run = async function* (words: readonly string[]): AsyncGenerator<ConvertEvent> {
    yield { type: "command", words, log };
    write(`$ ${colmap} ${words.join(" ")}`);
    await runColmap(colmap, words, {
      log,
      onLine: (line) => {
        write(line);
        onLine(line);
      },
    });
  };
  if (!skipMatching) {
    Deno.mkdirSync(at("distorted/sparse"), { recursive: true });
    const list = yield* lookAtPhotos(options, at("input"), at("distorted/photos.txt"));
    yield* onGpuOrCpu(options, (useGpu) =>
      withGpuNames(
        options.gpuNames,
        (names) => run([...extractor({ ...options, useGpu }, names), ...list]),
        (names) => run(matcher({ ...options, useGpu }, names)),
      ));
    yield* run([
      "mapper",
      ...["--database_path", at("distorted/database.db")],
      ...["--image_path", at("input")],
      ...["--output_path", at("distorted/sparse")],
      "--Mapper.ba_global_function_tolerance=0.000001",
    ]);
  }
  const model = mapped();
  if (model && model.models > 1) {
    const text =
      `COLMAP made ${model.models} separate models, the one with most photos (${model.name}) is ` +
      "used: more photos between the parts may join them";
    yield { type: "remark", text };
  }
  if (!model) {
    throw new Error(
      `Cannot convert "${source}": COLMAP found no reconstruction, the photos may overlap too little`,
    );
  }
  yield* run([
    "image_undistorter",
    ...["--image_path", at("input")],
    ...["--input_path", at("distorted/sparse", model.name)],
    ...["--output_path", source],
    ...["--output_type", "COLMAP"],
  ]);
  gather(at("sparse"));
  if (options.resize) {
    for await (const picture of reducePictures(source, FACTORS)) {
      yield { type: "reduced", ...picture };
    }
  }
  yield { type: "placed", ...placedPhotos(at("sparse/0"), at("input")) };
}

/**
 * Features and matches on the GPU, where COLMAP has a way to it: CUDA, as it says itself. Without, it would
 * open a window for OpenGL, which a server has not; so it is the CPU then, and also where a GPU is not found.
 */
async function* onGpuOrCpu(
  { useGpu, colmap }: ConvertOptions,
  steps: (useGpu: boolean) => AsyncGenerator<ConvertEvent>,
): AsyncGenerator<ConvertEvent> {
  if (!useGpu) return yield* steps(false);
  if (await colmapHasCuda(colmap) === false) {
    yield { type: "remark", text: "this COLMAP has no CUDA: it computes on the CPU (--no_gpu)" };
    return yield* steps(false);
  }
  try {
    yield* steps(true);
  } catch (error) {
    if (!(error instanceof ColmapError && error.needsWindow)) throw error;
    const text = `COLMAP finds no GPU here (${
      error.reasons[0]
    }): it computes on the CPU (--no_gpu)`;
    yield { type: "remark", text };
    yield* steps(false);
  }
}

function extractor({ source, camera, useGpu }: ConvertOptions, names: "sift" | "feature") {
  const option = names === "sift" ? "SiftExtraction" : "FeatureExtraction";
  return [
    "feature_extractor",
    ...["--database_path", join(source, "distorted/database.db")],
    ...["--image_path", join(source, "input")],
    ...["--ImageReader.single_camera", "1"],
    ...["--ImageReader.camera_model", camera],
    ...[`--${option}.use_gpu`, useGpu ? "1" : "0"],
  ];
}

function matcher({ source, useGpu }: ConvertOptions, names: "sift" | "feature") {
  const option = names === "sift" ? "SiftMatching" : "FeatureMatching";
  return [
    "exhaustive_matcher",
    ...["--database_path", join(source, "distorted/database.db")],
    ...[`--${option}.use_gpu`, useGpu ? "1" : "0"],
  ];
}

type Step = (names: "sift" | "feature") => AsyncGenerator<ConvertEvent>;

/** Runs both steps; "auto" takes the new names once COLMAP says that it does not know the old ones. */
async function* withGpuNames(
  names: GpuNames,
  extract: Step,
  match: Step,
): AsyncGenerator<ConvertEvent> {
  if (names !== "auto") {
    yield* extract(names);
    yield* match(names);
    return;
  }
  let known: "sift" | "feature" = "sift";
  try {
    yield* extract(known);
  } catch (error) {
    const renamed = error instanceof ColmapError &&
      error.output.some((line) => /unrecogni[sz]ed option/.test(line) && line.includes("Sift"));
    if (!renamed) throw error;
    known = "feature";
    yield { type: "remark", text: "this COLMAP has the newer names of the options" };
    yield* extract(known);
  }
  yield* match(known);
}

function checkInput(folder: string): void {
  let count = 0;
  try {
    count = [...Deno.readDirSync(folder)].length;
  } catch (cause) {
    throw new Error(`Cannot convert: there is no folder "${folder}", the photos must be there`, {
      cause,
    });
  }
  if (count === 0) {
    throw new Error(`Cannot convert: "${folder}" is empty, the photos must be there`);
  }
}

/** Moves all that lies in `sparse` to `sparse/0`, where trainers look for it. */
function gather(sparse: string): void {
  const names = namesIn(sparse);
  if (names.length === 0) {
    throw new Error(`Cannot convert: COLMAP left nothing in "${sparse}"`);
  }
  Deno.mkdirSync(join(sparse, "0"), { recursive: true });
  for (const name of names) {
    if (name !== "0") Deno.renameSync(join(sparse, name), join(sparse, "0", name));
  }
}
