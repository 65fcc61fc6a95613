import { join } from "@std/path";
import {
  evaluateOccupancy,
  type EvaluationReport,
  keyFramePicture,
  saveKeyFrame,
} from "../../../mod.ts";
import type { Checkpoint, ModelConfig } from "../../../model/mod.ts";
import type { Gpu } from "../../../gpu/mod.ts";
import type { Terminal } from "../../terminal/terminal.ts";

// More pictures nobody looks at.
const PICTURES = 4;

/** What a model made of the streets of a folder: its figures, and pictures of the first of them. */
export async function predictStreets(
  gpu: Gpu,
  { dataDir, out, checkpoint, total, name, label }: {
    readonly dataDir: string;
    /** Where `name`_1.png and so on go. */
    readonly out: string;
    readonly checkpoint: Checkpoint;
    readonly total: number;
    readonly name: string;
    readonly label: string;
  },
  { progress }: Terminal,
): Promise<{ readonly result: EvaluationReport; readonly pictures: readonly string[] }> {
  const config = checkpoint.state.config as ModelConfig;
  const pictures: string[] = [];
  progress.draw({ type: "started", label, unit: "street", total });
  const result = await evaluateOccupancy(gpu, {
    preset: checkpoint.state.preset,
    config,
    dataDir,
    checkpoint,
    predictions: true,
    onStep: async (step) => {
      const { done } = step;
      if (done <= PICTURES) {
        const path = join(out, `${name}_${done}`);
        const title = `Street ${done}, which the model has not seen`;
        await Deno.writeFile(`${path}.png`, await keyFramePicture(gpu, title, step, config));
        await saveKeyFrame(path, step, config);
        pictures.push(`${path}.png`);
      }
      progress.draw({ type: "step", done });
    },
  });
  progress.draw({ type: "finished" });
  return { result, pictures };
}
