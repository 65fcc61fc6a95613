import { namesIn } from "../../../data/files/names_in.ts";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { removeIfThere } from "../../../data/files/remove_if_there.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { EventFile } from "../../../data/formats/tensorboard.ts";
import { countedClasses } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ProfileRow } from "../../../gpu/profile.ts";
import type { RunWatcher } from "../../run/run_folder.ts";
import { VERSION } from "../../version.ts";
import { keyFramePicture } from "../view/key_frame_picture.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { PICTURES, PROFILE, rowOf, RUN_CONFIG, type RunConfig, type RunRow } from "./run_rows.ts";
import { saveKeyFrame } from "../view/saved_key_frame.ts";
import type { TrainEvent, TrainOptions } from "../training/train_options.ts";

/** Leaves the GPU times of a run's kernels in its folder. */
export function writeProfile(workDir: string, rows: readonly ProfileRow[]): void {
  writeJson(join(workDir, PROFILE), rows);
}

/** What a run's folder tells of it besides rows: its settings, TensorBoard's curves and pictures. */
export class RunLog implements RunWatcher<TrainEvent> {
  private constructor(
    private readonly gpu: Gpu,
    private readonly options: TrainOptions,
    private readonly events: EventFile,
  ) {}

  /** Writes the settings; what the folder says of steps past `step` goes. */
  static open(gpu: Gpu, options: TrainOptions, step: number): RunLog {
    const { workDir, preset, seed, config, checkpoint, stage = "model" } = options;
    writeJson(
      join(workDir, RUN_CONFIG),
      {
        preset,
        stage,
        seed,
        version: VERSION,
        adapter: gpu.name.description,
        resumedFrom: checkpoint?.file ?? null,
        started: new Date().toISOString(),
        config,
      } satisfies RunConfig,
    );
    dropPictures(join(workDir, PICTURES), step);
    removeIfThere(join(workDir, PROFILE)); // of kernels that ran before
    return new RunLog(gpu, options, EventFile.open(join(workDir, "tf"), { firstStep: step + 1 }));
  }

  /** Draws an event's figures. */
  add(event: TrainEvent): void {
    const row = rowOf(event);
    if (row) this.#plot(row);
  }

  /** Draws what was predicted, and how the Gaussians spread. */
  async addExample(step: number, example: EvaluationStep): Promise<void> {
    const { workDir, config } = this.options;
    const stem = join(workDir, PICTURES, pictureStem(step));
    const title = `Key frame ${example.sample.token} after ${step} steps`;
    const png = await keyFramePicture(this.gpu, title, example, config);
    Deno.mkdirSync(join(workDir, PICTURES), { recursive: true });
    writeAtomically(`${stem}.png`, png);
    await saveKeyFrame(stem, example, config);
    this.events.image(step, "evaluation/example", png);
    const { scales, opacities } = example.gaussians;
    this.events.histogram(step, "gaussians/scales", await scales.read("f32"));
    if (opacities.size) {
      this.events.histogram(step, "gaussians/opacities", await opacities.read("f32"));
    }
  }

  close(): void {
    this.events.close();
  }

  #plot(row: RunRow): void {
    const { step } = row;
    if (row.type === "step") {
      this.events.scalar(step, "train/loss", row.loss ?? NaN);
      this.events.scalar(step, "train/grad_norm", row.gradientNorm ?? NaN);
      this.events.scalar(step, "train/lr", row.lr);
    } else if (row.type === "validated") {
      this.events.scalar(step, "evaluation/loss", row.loss ?? NaN);
    } else if (row.type === "evaluated") {
      const { task } = this.options.config;
      const names = countedClasses(task).map((label) => task.classes[label]!);
      const figures: [string, number | null][] = [
        ["miou", row.miou],
        ["reference_miou", row.referenceMiou],
        ["iou", row.iou],
        ...row.classes.map((iou, i): [string, number | null] => [
          `iou_${names[i]}`,
          iou === null ? null : 100 * iou,
        ]),
      ];
      // A curve has no point where there is no figure.
      for (const [name, value] of figures) {
        if (value !== null) this.events.scalar(step, `evaluation/${name}`, value);
      }
    }
  }
}

function pictureStem(step: number): string {
  return `step_${String(step).padStart(6, "0")}`;
}

/** Removes the pictures of steps past `last`, which a run will come to again. */
function dropPictures(folder: string, last: number): void {
  for (const name of namesIn(folder)) {
    const step = name.match(/^step_(\d+)\.(?:png|npz|ply)$/)?.[1];
    if (step !== undefined && Number(step) > last) removeIfThere(join(folder, name));
  }
}
