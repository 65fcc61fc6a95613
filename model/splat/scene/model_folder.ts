import { join, resolve } from "@std/path";
import { viewedCamera } from "../../view/viewed_cameras.ts";
import { writeAtomically, writeAtomicallyFrom } from "../../../data/files/atomic_file.ts";
import { isFolder } from "../../../data/files/path_kind.ts";
import { encodePointCloud } from "../../../data/scenes/points/point_cloud.ts";
import type { PointCloud, Scene } from "../../../data/scenes/scene.ts";
import type { SceneView } from "../../../data/scenes/scene_view.ts";
import { iterationPly, iterationsIn } from "../../../data/splats/splat_path.ts";
import { gaussianPlyChunksFrom } from "../../../data/splats/ply/gaussian_ply.ts";
import type { ArrivingSplats } from "../../../data/splats/splat_stream.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import type { ModelOptions, SceneSettings } from "../config.ts";
import type { LearnedOfViews } from "../training/splat_training.ts";
import { writePoses } from "../poses/saved_poses.ts";
import { writeAppearance } from "../appearance/appearance_file.ts";
import { namespaceText } from "./namespace_text.ts";
import { PythonFloat, pythonJson } from "./python_json.ts";

/** Folder of a trained model, laid out as the reference's and its viewers expect. */
export class ModelFolder {
  constructor(readonly path: string) {}

  /** Makes the folder and writes what is known before training; points that are there already stay. */
  async begin(
    options: ModelOptions & Partial<SceneSettings>,
    scene: Scene,
    points: PointCloud | null,
  ): Promise<void> {
    await Deno.mkdir(this.path, { recursive: true });
    const write = (name: string, content: Uint8Array) =>
      writeAtomically(join(this.path, name), content);
    const absolute = { ...options, source_path: resolve(options.source_path) };
    write("cfg_args", new TextEncoder().encode(namespaceText(absolute)));
    if (points) {
      write("input.ply", points.file ? Deno.readFileSync(points.file) : encodePointCloud(points));
    }
    write("cameras.json", new TextEncoder().encode(pythonJson(cameraList(scene))));
  }

  /** Iterations that it has Gaussians of, in no order. */
  iterations(): number[] {
    return iterationsIn(this.path);
  }

  /** Where the Gaussians of an iteration are. */
  plyOf(iteration: number): string {
    return iterationPly(this.path, iteration);
  }

  /** Saves Gaussians, and what was learned of the pictures; returns the PLY's path. */
  async save(
    iteration: number,
    splats: Splats,
    learned: LearnedOfViews,
  ): Promise<string> {
    const ply = this.plyOf(iteration);
    await Deno.mkdir(join(ply, ".."), { recursive: true });
    await writeSplats(ply, splats);
    this.#writeLearned(learned);
    return ply;
  }

  /** The same of Gaussians that arrive in parts. */
  async saveArriving(
    iteration: number,
    splats: ArrivingSplats,
    learned: LearnedOfViews,
  ): Promise<string> {
    const ply = this.plyOf(iteration);
    await writeAtomicallyFrom(ply, gaussianPlyChunksFrom(splats));
    this.#writeLearned(learned);
    return ply;
  }

  #writeLearned({ appearance, poses }: LearnedOfViews): void {
    writeAppearance(this.path, appearance);
    if (poses) writePoses(this.path, poses);
  }

  /** The last iteration that Gaussians were saved of. */
  lastIteration(): number {
    const found = iterationsIn(this.path);
    if (!found.length) {
      const lacks = isFolder(join(this.path, "point_cloud"))
        ? '"point_cloud" has no folder "iteration_N"'
        : 'it has no folder "point_cloud"';
      throw new Error(`Cannot read model "${this.path}": ${lacks}`);
    }
    return found.at(-1)!;
  }
}

/** What `cameras.json` says: the tests first, then the views to train on, with the calibration's sizes. */
function cameraList({ test, train }: Scene) {
  return [...test, ...train].map((view, id) => cameraEntry(view, id));
}

const float = (value: number) => new PythonFloat(value);

function cameraEntry(view: SceneView, id: number) {
  const { name, width, height, fx, fy, position, rotation } = viewedCamera(view);
  return {
    id,
    img_name: name,
    width,
    height,
    position: position.map(float),
    rotation: rotation.map((row) => row.map(float)),
    fy: float(fy),
    fx: float(fx),
  };
}
