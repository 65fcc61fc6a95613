import { basename, join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { looksLikePng } from "../../../data/formats/png.ts";
import { escapeHtml, htmlPage, htmlPicture, htmlSection, htmlTable } from "../../report/html.ts";
import { classTable } from "../evaluation/class_table.ts";
import type { EvaluationReport } from "../evaluation/evaluate_checkpoint.ts";
import { runCurves } from "./run_curves.ts";
import { PICTURES, readRun, type Run, RUN_CONFIG, type RunRow, summarize } from "./run_rows.ts";
import { fileExists } from "../../../data/files/path_kind.ts";

/** Beside a run, where somebody evaluated it: what came out, and the baseline's figures. */
export const EVALUATION = "evaluation.json";

/** What `evaluation.json` holds. */
export interface SavedEvaluation {
  readonly result: EvaluationReport;
  /** Percent. */
  readonly baseline?: { readonly miou: number; readonly iou: number };
}

// A page of more is slow to open; a run that goes on for long has many.
const MOST_PICTURES = 24;
const KERNELS = 30;

/**
 * Writes one HTML page, complete in itself, about a training run: `folder` is its work-dir, or the
 * folder of a demo with the run in `run/`. Returns the page's path.
 */
export function writeRunReport(folder: string, path = join(folder, "report.html")): string {
  const runDir = fileExists(join(folder, RUN_CONFIG)) ? folder : join(folder, "run");
  const run = readRun(fileExists(join(runDir, RUN_CONFIG)) ? runDir : folder);
  const evaluation = readEvaluation(join(folder, EVALUATION));
  const pictures = [...new Set([folder, join(folder, PICTURES), join(runDir, PICTURES)])]
    .flatMap(pngsIn);
  // The newest are the most telling.
  const shown = pictures.slice(-MOST_PICTURES);
  const { config } = run;
  writeAtomically(
    path,
    new TextEncoder().encode(htmlPage(`voxsplat run: ${config.preset}`, [
      `<p>${
        escapeHtml(
          `${config.adapter} · seed ${config.seed} · voxsplat ${config.version} · started ${config.started}` +
            (config.resumedFrom ? ` · resumed from ${config.resumedFrom}` : ""),
        )
      }</p>`,
      htmlSection("Summary", summaryTable(run)),
      evaluation && htmlSection("Evaluation", ...evaluationTables(evaluation)),
      htmlSection(
        "Pictures",
        ...shown.map((file) => htmlPicture(basename(file), Deno.readFileSync(file))),
        pictures.length > shown.length
          ? `<p>${pictures.length - shown.length} older pictures are left out.</p>`
          : "",
      ),
      htmlSection("Curves", `<div class="charts">${runCurves(run.rows).join("\n")}</div>`),
      htmlSection("Remarks", remarks(run.rows)),
      htmlSection("GPU time by kernel", profileTable(run)),
      htmlSection(
        "Settings",
        `<pre>${escapeHtml(JSON.stringify(config.config, null, 2))}</pre>`,
      ),
    ])),
  );
  return path;
}

function summaryTable({ rows }: Run): string {
  const { steps, skipped, seconds, loss, last, best, peakMemory } = summarize(rows);
  const at = (evaluated: typeof last) =>
    evaluated ? `${evaluated.miou.toFixed(2)} at step ${evaluated.step}` : "–";
  return htmlTable(
    ["steps", "skipped", "seconds", "last loss", "last mIoU %", "best mIoU %", "peak GPU memory"],
    [[
      steps,
      skipped,
      seconds.toFixed(1),
      loss === null ? "–" : loss.toPrecision(5),
      at(last),
      at(best),
      peakMemory ? `${(peakMemory / 2 ** 20).toFixed(1)} MiB` : "–",
    ]],
  );
}

function evaluationTables({ result, baseline }: SavedEvaluation): string[] {
  return [
    htmlTable(["prediction", "mIoU %", "IoU %"], [
      [`step ${result.step}`, result.miou.toFixed(2), result.iou.toFixed(2)],
      ...(baseline
        ? [["each voxel's most frequent class", baseline.miou.toFixed(2), baseline.iou.toFixed(2)]]
        : []),
    ]),
    `<p>${result.samples} key frames of split ${
      escapeHtml(result.split)
    }; a class that no label names counts as 1.</p>`,
    htmlTable(...classTable(result.classes)),
  ];
}

function remarks(rows: readonly RunRow[]): string {
  const skipped = rows.filter((row) => row.type === "skipped");
  return skipped.length
    ? htmlTable(["step", "left out because"], skipped.map(({ step, reason }) => [step, reason]))
    : "";
}

function profileTable({ profile }: Run): string {
  if (!profile.length) return "";
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

function readEvaluation(path: string): SavedEvaluation | "" {
  if (!fileExists(path)) return "";
  try {
    return JSON.parse(Deno.readTextFileSync(path)) as SavedEvaluation;
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${path}": it is not JSON`, { cause });
  }
}

/** PNG files of a folder, `a_2` before `a_10`. */
function pngsIn(folder: string): string[] {
  let names: string[];
  try {
    names = [...Deno.readDirSync(folder)].filter(({ isFile, name }) =>
      isFile && name.endsWith(".png")
    ).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => join(folder, name))
    .filter((path) => looksLikePng(Deno.readFileSync(path)));
}
