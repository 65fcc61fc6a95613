import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { writeSafetensors } from "../../../data/formats/safetensors.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { KEPT, METADATA } from "../../run/checkpoint.ts";
import { chartFile } from "../../report/chart_file.ts";
import { VERSION } from "../../version.ts";
import { evaluateOccupancy } from "../evaluation/evaluate_checkpoint.ts";
import { sha256 } from "../evaluation/file_hash.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { RunRow } from "../run/run_rows.ts";
import { evaluateLabels } from "../training/baseline.ts";
import { type Checkpoint, readCheckpoint } from "../training/training_state.ts";
import { cardOf, type ModelCard, type StreetSet } from "./model_card.ts";
import { MAJORITY } from "./majority.ts";

/** What becomes a shipped model. */
export interface ShippingOptions {
  /** Where its files go. */
  readonly folder: string;
  /** At the end of its training. */
  readonly checkpoint: Checkpoint;
  /** Each voxel's most frequent class over what it learned from. */
  readonly majority: Uint8Array;
  /** The command that made it. */
  readonly recipe: string;
  /** What it learned from. */
  readonly training: StreetSet;
  /** Of its run. */
  readonly rows: readonly RunRow[];
  /** The folder whose val split it was measured on while it learned. */
  readonly dataDir: string;
  /** What it is measured on at the end: the val split of a folder. */
  readonly test: StreetSet & { readonly dataDir: string };
}

/**
 * Writes a checkpoint as it is shipped, its card and the chart of its curve beside it: weights as 16-bit floats, without what only
 * training needs, with the labels that any model must beat. What is measured is the file as written.
 */
export async function shipModel(
  gpu: Gpu,
  { folder, checkpoint, majority, recipe, training, rows, dataDir, test }: ShippingOptions,
): Promise<ModelCard & { readonly file: string }> {
  const { preset, seed, step, config: stored } = checkpoint.state;
  const config = stored as ModelConfig;
  Deno.mkdirSync(folder, { recursive: true });
  const file = join(folder, `${preset}.safetensors`);
  writeShipped(file, checkpoint, majority);
  const { scenes, streets } = test;
  const written = await readCheckpoint(file);
  const result = await evaluateOccupancy(gpu, {
    ...{ preset, config, dataDir: test.dataDir, checkpoint: written },
  });
  const curve = rows.filter((row) => row.type === "evaluated")
    .map(({ step, miou, iou }) => ({ step, miou, iou }));
  const without = await evaluateLabels(majority, dataDir, config);
  const card: ModelCard = {
    preset,
    sha256: await sha256(file),
    bytes: Deno.statSync(file).size,
    licence: "MIT, as the project; its streets are made by `data synth`",
    recipe,
    made: { version: VERSION, deno: Deno.version.deno, adapter: gpu.name.description },
    training: { ...training, steps: step, seed },
    curve,
    test: {
      streets,
      scenes,
      model: pick(result),
      classes: Object.fromEntries(
        result.classes.map(({ name, iou }) => [name, iou === null ? null : 100 * iou]),
      ),
      baseline: await evaluateLabels(majority, test.dataDir, config),
    },
  };
  writeJson(cardOf(file), card);
  const chart = chartFile(`${preset} on validation streets, percent`, [
    { name: "mIoU", points: curve.map(({ step, miou }) => [step, miou]) },
    { name: "IoU", points: curve.map(({ step, iou }) => [step, iou]) },
    // What looks at no picture does not learn.
    ...(["miou", "iou"] as const).map((figure) => ({
      name: `${figure === "miou" ? "mIoU" : "IoU"} of each voxel's most frequent class`,
      points: [0, step].map((at) => [at, without[figure]] as const),
    })),
  ]);
  writeAtomically(file.replace(/\.safetensors$/, ".svg"), new TextEncoder().encode(chart));
  return { ...card, file };
}

function pick({ miou, referenceMiou, iou, occurring, classCount }: ModelCard["test"]["model"]) {
  return { miou, referenceMiou, iou, occurring, classCount };
}

function writeShipped(
  path: string,
  { weights, state }: Pick<Checkpoint, "weights" | "state">,
  majority: Uint8Array,
): void {
  const arrays = Object.entries(weights).map(([name, { shape, data }]) => {
    const values = data as Float32Array;
    const lost = values.findIndex((value) => !(Math.abs(value) < 65_520));
    if (lost >= 0) {
      throw new RangeError(
        `Cannot ship "${name}": value ${lost} is ${values[lost]}, 16-bit floats reach 65504`,
      );
    }
    return [name, { dtype: "float16" as const, shape, data: values }] as const;
  });
  const labels = { dtype: "uint8" as const, shape: [majority.length], data: majority };
  const metadata = { [METADATA]: JSON.stringify(state) };
  writeSafetensors(path, [...arrays, [KEPT + MAJORITY, labels]], metadata, { checksums: true });
}
