import { join } from "@std/path";
import { listFolder, readBytes } from "../../../data/files/door.ts";
import { coarsenOccupancy } from "../../../data/occupancy/coarsen.ts";
import { dataFile } from "../../../data/occupancy/data_files.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { inOrder, loadSample } from "../../../data/occupancy/sample.ts";
import { readIndexFile } from "../../../data/own/index_file.ts";
import { readOwnLabels } from "../../../data/own/labels.ts";
import { rgbPicture } from "../../../data/pictures/picture.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { decodePicture } from "../../../data/pictures/read_picture.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { EGO_FROM_LIDAR } from "../../../data/synth/rig.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Initializer } from "../../init.ts";
import { pictureType } from "../../view/scene_photos.ts";
import {
  emptyState,
  type Viewed,
  type ViewedItem,
  type ViewResource,
  type ViewState,
} from "../../view/viewed.ts";
import { coarsening, gridDims, type ModelConfig } from "../config/model_config.ts";
import { drawingFor } from "../evaluation/evaluation.ts";
import { checkWeights } from "../evaluation/finite_check.ts";
import { predictKeyFrame } from "../evaluation/key_frame_prediction.ts";
import type { OccupancyNetwork } from "../network/occupancy_network.ts";
import { modelOf } from "../table.ts";
import { pipelineOf } from "../training/sample_batch.ts";
import { drawnGaussians, drawnKeyFrame } from "../view/drawn_frame.ts";
import { gaussianSplats } from "../view/gaussian_splats.ts";
import type { KeyFrameFile } from "../view/key_frame_file.ts";
import { ERRORS } from "../view/occupancy_view.ts";
import { camerasAround, keyFramePart, legendOf } from "./shown_key_frame.ts";
import {
  loadTrained,
  readTrainedWeights,
  type TrainedWeights,
} from "../weights/trained_weights.ts";

/** A key frame and what was made of it. */
interface Predicted {
  readonly frame: KeyFrame;
  readonly made: Omit<KeyFrameFile, "pictures">;
  readonly splats: Splats;
}

// Of what a sampled lifter draws.
const SEED = 42;

/** Key frames of a folder that a model predicts in memory, one after the other, and that can be looked at. */
export class WatchedPrediction implements Viewed {
  /** What was assumed, and what was left out, a line each. */
  readonly remarks: readonly string[];
  /** Why it ended early; null where it did not. */
  problem: string | null = null;
  readonly #config: ModelConfig;
  readonly #done: Predicted[] = [];
  #network: OccupancyNetwork | null = null;
  #working = false;
  #closed = false;

  private constructor(
    readonly folder: string,
    readonly frames: readonly KeyFrame[],
    readonly weights: TrainedWeights,
    /** Whether labels of the rows are those of the model. */
    readonly labelled: boolean,
  ) {
    this.#config = weights.state!.config as ModelConfig;
    this.remarks = weights.remarks ?? [];
  }

  /**
   * Reads a folder of pictures with rows of calibration in a .jsonl, and the weights of a checkpoint or a
   * shipped model.
   */
  static async open(
    folder: string,
    { model, labelled = false }: { readonly model: string; readonly labelled?: boolean },
  ): Promise<WatchedPrediction> {
    const frames = readIndexFile(indexIn(folder));
    const weights = await readTrainedWeights(model);
    if (!weights.state) {
      throw new TypeError(`Cannot predict with "${model}": it does not say which model it is of`);
    }
    const made = new WatchedPrediction(folder, frames, weights, labelled);
    const { task } = made.#config;
    // What is wrong with any of them is told before the first is predicted.
    for (const frame of frames) {
      for (const { file } of inOrder(frame, task)) dataFile(folder, file);
    }
    return made;
  }

  /** Key frames that were predicted so far. */
  get done(): number {
    return this.#done.length;
  }

  /** Labels that were predicted for each of those, x slowest. */
  get predictions(): Uint8Array[] {
    return this.#done.map(({ made }) => made.prediction);
  }

  /** Predicts the next key frame; whether there is another one after it. */
  async next(gpu: Gpu): Promise<boolean> {
    const frame = this.frames[this.done];
    if (!frame || this.#closed) return false;
    this.#working = true;
    try {
      this.#done.push(await this.#predict(gpu, frame));
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#working = false;
      if (this.#closed || this.done === this.frames.length || this.problem) this.#release();
    }
    return this.done < this.frames.length && !this.#closed;
  }

  /** What there is to see so far. */
  state(): ViewState {
    const { task } = this.#config;
    return {
      ...emptyState("occupancy", this.folder.slice(1)),
      items: this.#done.map(({ frame: { token } }): ViewedItem => ({
        id: token,
        label: token,
        version: `${this.folder} ${token}`,
      })),
      classes: legendOf(task),
      errors: ERRORS,
      problem: this.problem,
    };
  }

  /** A part of a key frame. */
  async resource([id, part, ...rest]: readonly string[]): Promise<ViewResource | null> {
    const found = this.#done.find(({ frame }) => frame.token === id);
    if (!found || !part) return null;
    const { frame, made, splats } = found;
    const picture = (camera: string) => this.#picture(frame, camera);
    const shown = { frame: made, cameras: camerasAround(made.task), picture, splats: () => splats };
    return await keyFramePart(shown, [part, ...rest]);
  }

  /** Ends after the key frame in work. */
  close(): void {
    this.#closed = true;
    if (!this.#working) this.#release();
  }

  async #predict(gpu: Gpu, frame: KeyFrame): Promise<Predicted> {
    const config = this.#config;
    const { folder, weights, done } = this;
    const { task, occupancy } = config;
    const roots = { nuscenes: folder, infos: folder, labels: folder };
    const pipeline = { ...pipelineOf(config), labels: false };
    const sample = await loadSample(placed(frame, task), roots, pipeline);
    const model = this.#network ??= networkOf(gpu, weights, config);
    using _draws = drawingFor(gpu, SEED, done);
    const { semantics, gaussians } = await predictKeyFrame(gpu, model, sample);
    const made = {
      dims: gridDims(occupancy),
      task,
      range: [...occupancy.range],
      prediction: semantics,
      truth: this.#truth(frame),
      pictures: [],
    };
    return {
      frame,
      made: drawnKeyFrame(made),
      splats: gaussianSplats(drawnGaussians(gaussians, task), task),
    };
  }

  /** The labels of a key frame on the model's grid; null where there are none of its own. */
  #truth({ labels }: KeyFrame): Uint8Array | null {
    if (!this.labelled || labels === undefined) return null;
    const { task } = this.#config;
    const fine = readOwnLabels(this.folder, labels, task);
    const factor = coarsening(this.#config);
    if (factor === 1) return fine.labels;
    return coarsenOccupancy(fine.labels, fine.dims, [factor, factor, factor], task, fine.mask)
      .labels;
  }

  /** A camera's picture as the file that it is where a browser shows that. */
  async #picture({ cameras }: KeyFrame, name: string): Promise<ViewResource | null> {
    const camera = cameras.find((one) => one.name === name);
    if (!camera) return null;
    const file = dataFile(this.folder, camera.file);
    const bytes = readBytes(file);
    const type = pictureType(bytes);
    if (type) return { type, body: bytes };
    return { type: "image/png", body: encodePng(rgbPicture(await decodePicture(bytes, file))) };
  }

  #release(): void {
    this.#network?.release();
    this.#network = null;
  }
}

function networkOf(gpu: Gpu, weights: TrainedWeights, config: ModelConfig): OccupancyNetwork {
  const model = modelOf(config).network(new Initializer(gpu, 0), config);
  loadTrained(model, weights);
  checkWeights(weights);
  return model;
}

/** Labels around a lidar are where nuScenes' car has it, unless the row says where this one has its own. */
function placed(frame: KeyFrame, { frame: labels }: ModelConfig["task"]): KeyFrame {
  if (labels === "ego" || frame.lidar.file !== "") return frame;
  return { ...frame, lidar: { ...frame.lidar, sensorToEgo: EGO_FROM_LIDAR } };
}

/** The rows of a folder: "val.jsonl", or the one file of rows that is there. */
function indexIn(folder: string): string {
  const names = listFolder(folder).map(({ name }) => name).filter((name) =>
    name.endsWith(".jsonl")
  );
  const [only] = names;
  if (names.includes("val.jsonl")) return join(folder, "val.jsonl");
  if (names.length === 1) return join(folder, only!);
  throw Object.assign(
    new Error(
      `Cannot predict from "${folder}": it holds ${
        names.length ? names.join(", ") : "no .jsonl"
      }, one file of rows with pictures and calibration must be there`,
    ),
    { hint: "docs/own_data.md says what a row holds" },
  );
}
