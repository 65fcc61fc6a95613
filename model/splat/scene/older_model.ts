import { join } from "@std/path";
import { isFile } from "../../../data/files/path_kind.ts";
import { checkpointsIn } from "../../run/checkpoint_folder.ts";
import { ModelFolder } from "./model_folder.ts";

/** What a training writes into its folder and a new one there would mix with. */
const OUTCOMES = [
  ...["latest", "run.json", "metrics.jsonl", "evaluations.jsonl"],
  ...["exposure.json", "appearance.json", "appearance.safetensors", "poses.json"],
  ...["report.html", "results.json", "per_view.json"],
];

/**
 * Looks for an older model in a folder that a training starts anew in: Gaussians there would be taken
 * for its own, so they are refused, or cleared away with `overwrite`. Returns a remark on what is there.
 */
export function meetOlderModel(
  folder: string,
  { overwrite }: { readonly overwrite: boolean },
): { readonly remark: string | null; readonly clear: boolean } {
  const iterations = new ModelFolder(folder).iterations();
  const checkpoints = checkpointsIn(folder);
  const last = Math.max(...iterations, ...checkpoints.map(({ step }) => step));
  if (!iterations.length && !checkpoints.length) return { remark: null, clear: false };
  const run = `a ${isFinished(folder) ? "finished" : "stopped"} run of ${last} iterations`;
  if (overwrite) return { remark: `"${folder}" held ${run}, which goes`, clear: true };
  const goOn = `--start_checkpoint ${folder} goes on with it`;
  if (!iterations.length) {
    return { remark: `"${folder}" holds ${run}, this one starts anew; ${goOn}`, clear: false };
  }
  throw Object.assign(
    new Error(
      `Cannot train into "${folder}": it holds ${run}, whose Gaussians would be mixed with`,
    ),
    {
      hint: `${
        checkpoints.length ? `${goOn}, ` : ""
      }--overwrite starts anew, -m takes another folder`,
    },
  );
}

/** Removes the model in a folder, as far as a training and what is made of it wrote it. */
export function clearModel(folder: string): void {
  const model = new ModelFolder(folder);
  const files = [...OUTCOMES, ...checkpointsIn(folder).map(({ name }) => name)];
  for (const name of files) {
    if (isFile(join(folder, name))) Deno.removeSync(join(folder, name));
  }
  for (const iteration of model.iterations()) {
    Deno.removeSync(join(model.plyOf(iteration), ".."), { recursive: true });
  }
}

function isFinished(folder: string): boolean {
  const path = join(folder, "run.json");
  // Models of other programs have no such file, and are what their training left at its end.
  if (!isFile(path)) return checkpointsIn(folder).length === 0;
  try {
    return JSON.parse(Deno.readTextFileSync(path)).finished !== undefined;
  } catch {
    return false;
  }
}
