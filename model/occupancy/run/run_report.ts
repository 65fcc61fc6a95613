import { namesIn } from "../../../data/files/names_in.ts";
import { basename, join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { looksLikePng } from "../../../data/pictures/png/png.ts";
import { readJsonFile } from "../../../data/formats/json/json_lines.ts";
import { captionOf } from "../../report/captions.ts";
import { spokenDuration } from "../../report/duration.ts";
import { type Html, html } from "../../report/html.ts";
import {
  htmlData,
  htmlList,
  htmlPage,
  htmlPicture,
  htmlSection,
  htmlTable,
} from "../../report/page.ts";
import type { WrittenReport } from "../../report/written_report.ts";
import { classTable } from "../evaluation/class_table.ts";
import type { EvaluationReport } from "../evaluation/evaluate_checkpoint.ts";
import { type Figures, percentText } from "../evaluation/figures.ts";
import { evaluationOfToday } from "./older_files.ts";
import { EVALUATION_FILE } from "./run_row_fields.ts";
import { runCurves } from "./run_curves.ts";
import { PICTURES, readRun, type Run, RUN_CONFIG, type RunRow, summarize } from "./run_rows.ts";
import { fileExists } from "../../../data/files/path_kind.ts";

/** Beside a run, where somebody evaluated it: what came out, and the baseline's figures. */
const EVALUATION = "evaluation.json";

/** What `evaluation.json` holds. */
export interface SavedEvaluation {
  /** The model's figures. */
  readonly result: Pick<EvaluationReport, "step" | "split" | "samples" | "classes" | keyof Figures>;
  /** Each voxel's most frequent class, on the same key frames. */
  readonly baseline?: Figures;
}

/** Saves what an evaluation came to in a folder, where `report` finds it; returns the path. */
export function saveEvaluation(folder: string, evaluation: SavedEvaluation): string {
  Deno.mkdirSync(folder, { recursive: true });
  const path = join(folder, EVALUATION);
  writeAtomically(path, new TextEncoder().encode(`${JSON.stringify(evaluation)}\n`));
  return path;
}

// A page of more is slow to open; a run that goes on for long has many.
const MOST_PICTURES = 24;
const KERNELS = 30;

/**
 * Writes one HTML page, complete in itself, about a training run: `folder` is its work-dir, or the
 * folder of a demo with the run in `run/`.
 */
export function writeRunReport(
  folder: string,
  page = join(folder, "report.html"),
): WrittenReport {
  const runDir = fileExists(join(folder, RUN_CONFIG)) ? folder : join(folder, "run");
  const run = readRun(fileExists(join(runDir, RUN_CONFIG)) ? runDir : folder);
  const evaluation = readJsonFile(join(folder, EVALUATION), EVALUATION_FILE);
  const pictures = [...new Set([folder, join(folder, PICTURES), join(runDir, PICTURES)])]
    .flatMap(pngsIn);
  // The newest are the most telling.
  const shown = pictures.slice(-MOST_PICTURES);
  const older = pictures.length - shown.length;
  const leftOut = [...run.leftOut, ...evaluation.leftOut];
  const { adapter, seed, version, started, resumedFrom, preset, config } = run.config;
  const text = htmlPage(`voxsplat run: ${preset}`, [
    html`<p>${adapter} · seed ${seed} · voxsplat ${version} · started ${started}${
      resumedFrom && ` · resumed from ${resumedFrom}`
    }</p>`,
    htmlSection("Summary", summaryTable(run)),
    evaluation.value &&
    htmlSection("Evaluation", ...evaluationTables(evaluationOfToday(evaluation.value))),
    htmlSection(
      "Pictures",
      shown.map((file) =>
        htmlPicture(captionOf(basename(file)), Deno.readFileSync(file), basename(file))
      ),
      older > 0 ? html`<p>${older} older pictures are left out.</p>` : null,
    ),
    htmlSection("Curves", html`<div class="charts">${runCurves(run.rows)}</div>`),
    htmlSection("Remarks", remarks(run.rows)),
    htmlSection("GPU time by kernel", profileTable(run)),
    htmlSection("Left out of this page", htmlList(leftOut)),
    htmlSection("Settings", htmlData({ preset, seed, ...config as Record<string, unknown> })),
  ]);
  writeAtomically(page, new TextEncoder().encode(text));
  return { page, leftOut };
}

function summaryTable({ rows }: Run): Html {
  const { steps, skipped, seconds, loss, last, best, peakMemory } = summarize(rows);
  const at = (evaluated: typeof last) =>
    evaluated
      ? `${percentText(evaluated.miou)} at step ${evaluated.step} (reference mIoU ${
        percentText(evaluated.referenceMiou)
      })`
      : "–";
  return htmlTable(
    ["steps", "skipped", "time", "last loss", "last mIoU %", "best mIoU %", "peak GPU memory"],
    [[
      steps,
      skipped,
      spokenDuration(seconds),
      loss === null ? "–" : loss.toPrecision(5),
      at(last),
      at(best),
      peakMemory ? `${(peakMemory / 2 ** 20).toFixed(1)} MiB` : "–",
    ]],
  );
}

function evaluationTables({ result, baseline }: SavedEvaluation): Html[] {
  return [
    htmlTable(["prediction", "mIoU %", "reference mIoU %", "IoU %"], [
      figureRow(`step ${result.step}`, result),
      ...(baseline ? [figureRow("each voxel's most frequent class", baseline)] : []),
    ]),
    html`<p>${result.samples} key frames of split ${result.split}; mIoU is over the ${result.occurring} of ${result.classCount} classes that occur, the reference counts a class that no label names as 1.</p>`,
    htmlTable(...classTable(result.classes)),
  ];
}

function figureRow(name: string, { miou, referenceMiou, iou }: Figures): string[] {
  return [name, ...[miou, referenceMiou, iou].map(percentText)];
}

function remarks(rows: readonly RunRow[]): Html | null {
  const skipped = rows.filter((row) => row.type === "skipped");
  return skipped.length
    ? htmlTable(["step", "left out because"], skipped.map(({ step, reason }) => [step, reason]))
    : null;
}

function profileTable({ profile }: Run): Html | null {
  if (!profile.length) return null;
  const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0) || 1;
  return htmlTable(
    ["kernel", "calls", "ms", "share %"],
    profile.slice(0, KERNELS).map(({ kernel, calls, milliseconds }) => [
      kernel,
      calls,
      milliseconds.toFixed(1),
      (100 * milliseconds / total).toFixed(1),
    ]),
  );
}

/** PNG files of a folder, `a_2` before `a_10`. */
function pngsIn(folder: string): string[] {
  return namesIn(folder, ({ isFile, name }) => isFile && name.endsWith(".png"))
    .map((name) => join(folder, name))
    .filter((path) => looksLikePng(Deno.readFileSync(path)));
}
