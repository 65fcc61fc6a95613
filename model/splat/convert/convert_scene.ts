import { join } from "@std/path";
import { reducePictures } from "../../../data/scenes/reduced_pictures.ts";
import { ColmapError, runColmap } from "./colmap_program.ts";

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
}

/** What a conversion tells. */
export type ConvertEvent =
  | { readonly type: "command"; readonly words: readonly string[] }
  | { readonly type: "remark"; readonly text: string }
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
  checkInput(at("input"));
  const run = async function* (words: readonly string[]): AsyncGenerator<ConvertEvent> {
    yield { type: "command", words };
    await runColmap(colmap, words, onLine);
  };
  if (!skipMatching) {
    Deno.mkdirSync(at("distorted/sparse"), { recursive: true });
    yield* withGpuNames(
      options.gpuNames,
      (names) => run(extractor(options, names)),
      (names) => run(matcher(options, names)),
    );
    yield* run([
      "mapper",
      ...["--database_path", at("distorted/database.db")],
      ...["--image_path", at("input")],
      ...["--output_path", at("distorted/sparse")],
      "--Mapper.ba_global_function_tolerance=0.000001",
    ]);
    const models = foldersIn(at("distorted/sparse"));
    if (models.length > 1) {
      const text = `COLMAP made ${models.length} separate models, the first is used: ` +
        "more photos between the parts may join them";
      yield { type: "remark", text };
    }
  }
  if (!foldersIn(at("distorted/sparse")).includes("0")) {
    throw new Error(
      `Cannot convert "${source}": ` +
        (skipMatching
          ? `there is no "distorted/sparse/0" to start from, --skip_matching needs it`
          : "COLMAP found no reconstruction, the photos may overlap too little"),
    );
  }
  yield* run([
    "image_undistorter",
    ...["--image_path", at("input")],
    ...["--input_path", at("distorted/sparse/0")],
    ...["--output_path", source],
    ...["--output_type", "COLMAP"],
  ]);
  gather(at("sparse"));
  if (!options.resize) return;
  for await (const picture of reducePictures(source, FACTORS)) {
    yield { type: "reduced", ...picture };
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

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).filter((name) => Deno.statSync(join(folder, name)).isDirectory);
}
