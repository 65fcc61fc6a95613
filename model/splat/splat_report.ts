import { namesIn } from "../../data/files/names_in.ts";
import { basename, join } from "@std/path";
import { writeAtomically } from "../../data/files/atomic_file.ts";
import { decodePng, encodePng } from "../../data/pictures/png/png.ts";
import { rgbPicture } from "../../data/pictures/picture.ts";
import { shrunk } from "../../data/pictures/sheet.ts";
import { readJsonFile, readJsonLines } from "../../data/formats/json/json_lines.ts";
import { spokenDuration } from "../report/duration.ts";
import { type Html, html } from "../report/html.ts";
import { lineChart } from "../report/line_chart.ts";
import {
  htmlData,
  htmlList,
  htmlPage,
  htmlPair,
  htmlPicture,
  htmlSection,
  htmlTable,
} from "../report/page.ts";
import type { WrittenReport } from "../report/written_report.ts";
import { readModelOptions } from "./measures/render_model.ts";
import {
  CURVE_ROW,
  type CurveFigures,
  EVALUATED_SETS,
  EVALUATION_ROW,
  type EvaluationFigures,
  RESULTS,
  type RunFigures,
  SPLAT_RUN,
} from "./run_fields.ts";
import { RUN_FILE, RUN_PICTURES } from "./training/run_events.ts";
import { fileExists } from "../../data/files/path_kind.ts";

// A pair of pictures side by side; of those that `splat render` left, so many.
const PAIR_WIDTH = 1280;
const RENDER_WIDTH = 640;
const MOST_RENDERS = 8;

/** Whether a folder holds a model that `splat train` left, or the reference's trainer. */
export function isSplatModel(folder: string): boolean {
  return fileExists(join(folder, "cfg_args"));
}

/** Writes one HTML page, complete in itself, about the training of a splat model. */
export function writeSplatReport(
  folder: string,
  page = join(folder, "report.html"),
): WrittenReport {
  const options = readModelOptions(folder);
  const run = readJsonFile(join(folder, RUN_FILE), SPLAT_RUN);
  const curve = readJsonLines(join(folder, "metrics.jsonl"), CURVE_ROW);
  const measured = readJsonLines(join(folder, "evaluations.jsonl"), EVALUATION_ROW);
  const results = readJsonFile(join(folder, "results.json"), RESULTS);
  const leftOut = [run, curve, measured, results].flatMap((content) => content.leftOut);
  const rows = newest(curve.value, () => "");
  const evaluations = newest(measured.value, ({ set }) => set);
  const text = htmlPage(`voxsplat splat: ${basename(folder) || folder}`, [
    html`<p>${describeRun(run.value)} · scene ${options.source_path}</p>`,
    htmlSection("Summary", summaryTable(rows, evaluations, run.value)),
    htmlSection("Before and after", trainingPictures(folder)),
    htmlSection("Evaluations", evaluationsTable(evaluations), resultsTable(results.value)),
    htmlSection("Curves", chartsOf(rows, evaluations)),
    htmlSection("Pictures by splat render", renders(folder)),
    htmlSection("Saved Gaussians", savedTable(folder)),
    htmlSection("Left out of this page", htmlList(leftOut)),
    // What a run was started with, or what the reference's trainer left.
    htmlSection("Settings", htmlData({ ...options, ...run.value?.config })),
  ]);
  writeAtomically(page, new TextEncoder().encode(text));
  return { page, leftOut };
}

function describeRun(run: RunFigures | null): string {
  if (!run) return "no run.json tells of adapter and seed";
  const { adapter, seed, strategy, version, started, resumedAt } = run;
  return `${adapter} · seed ${seed} · strategy ${strategy} · voxsplat ${version} · started ${started}` +
    (resumedAt ? ` · resumed at iteration ${resumedAt}` : "");
}

function evaluationsTable(evaluations: readonly EvaluationFigures[]): Html | null {
  // Where looks are learned, colours of held-out views are fitted to the photos' too.
  const corrected = evaluations.some(({ ccPsnr }) => ccPsnr !== undefined);
  return evaluations.length === 0 ? null : htmlTable(
    [
      ...["iteration", "views", "L1", "PSNR dB", "PSNR of 8-bit pictures dB", "SSIM"],
      ...corrected ? ["PSNR, colours corrected, dB", "SSIM, colours corrected"] : [],
    ],
    evaluations.map(({ iteration, set, l1, channelPsnr, psnr, ssim, ccPsnr, ccSsim }) => [
      iteration,
      set,
      figure(l1, 5),
      figure(channelPsnr, 3),
      figure(psnr, 3),
      figure(ssim, 4),
      ...corrected ? [figure(ccPsnr, 3), figure(ccSsim, 4)] : [],
    ]),
  );
}

function summaryTable(
  rows: readonly CurveFigures[],
  evaluations: readonly EvaluationFigures[],
  run: RunFigures | null,
): Html {
  const last = rows.at(-1);
  const of = (set: string) => evaluations.filter((row) => row.set === set).at(-1);
  const at = (row: EvaluationFigures | undefined) =>
    row ? `${figure(row.channelPsnr, 2)} at ${row.iteration}` : "–";
  return htmlTable(
    [
      "iteration",
      "Gaussians",
      "loss",
      "PSNR dB, held out",
      "PSNR dB, trained on",
      "time",
      "peak GPU memory",
    ],
    [[
      last?.iteration ?? "–",
      last?.gaussians ?? run?.gaussians ?? 0,
      last ? figure(last.loss, 5) : "–",
      at(of("test")),
      at(of("train")),
      run?.finished ? spokenDuration(run.finished.seconds) : "–",
      run?.finished ? `${(run.finished.peakMemory / 2 ** 20).toFixed(1)} MiB` : "–",
    ]],
  );
}

function chartsOf(
  rows: readonly CurveFigures[],
  evaluations: readonly EvaluationFigures[],
): Html | null {
  const curve = (name: "loss" | "l1" | "gaussians" | "visible") => ({
    name,
    points: rows.map((row) => [row.iteration, row[name] ?? null] as const),
    smooth: name === "loss" || name === "l1" || name === "visible",
  });
  const measured = (name: "channelPsnr" | "ssim") =>
    Object.entries(EVALUATED_SETS).map(([set, views]) => ({
      name: views,
      points: evaluations.filter((row) => row.set === set)
        .map((row) => [row.iteration, row[name] ?? null] as const),
    })).filter(({ points }) => points.length > 0);
  const charts = [
    lineChart("loss and L1", [curve("loss"), curve("l1")]),
    lineChart("PSNR, dB", measured("channelPsnr")),
    lineChart("Gaussians", [{ ...curve("gaussians"), smooth: false }]),
    lineChart("SSIM", measured("ssim")),
    lineChart("Gaussians seen in a view", [curve("visible")]),
  ].filter((chart) => chart !== null);
  return charts.length ? html`<div class="charts">${charts}</div>` : null;
}

/** The first picture of the training and the last ones, left as drawn, right as photographed. */
function trainingPictures(folder: string): Html[] {
  const files = filesIn(join(folder, RUN_PICTURES), /^iteration_\d+\.png$/);
  const shown = files.length > 3 ? [files[0]!, ...files.slice(-2)] : files;
  return shown.map((file) => {
    const iteration = Number(/\d+/.exec(basename(file))![0]);
    return htmlPicture(
      `${iterationText(iteration)}: drawn on the left, photographed on the right`,
      smallPng(file, PAIR_WIDTH),
      basename(file),
    );
  });
}

function iterationText(iteration: number): string {
  if (iteration === 0) return "Before training";
  return `After ${iteration} iteration${iteration === 1 ? "" : "s"}`;
}

function renders(folder: string): Html | null {
  const pictures: Html[] = [];
  for (const set of ["test", "train"]) {
    const method = directories(join(folder, set)).at(-1);
    if (!method) continue;
    const files = filesIn(join(folder, set, method, "renders"), /\.png$/);
    const step = Math.max(1, Math.ceil(files.length / MOST_RENDERS));
    for (const file of files.filter((_, i) => i % step === 0)) {
      const truth = join(folder, set, method, "gt", basename(file));
      const iterations = method.replace("ours_", "");
      const held = set === "test" ? "Held-out view" : "Training view";
      const caption = `${held} ${basename(file, ".png")} after ${iterations} iterations`;
      const drawn = ["drawn", smallPng(file, RENDER_WIDTH)] as const;
      pictures.push(
        htmlPair(
          caption,
          fileExists(truth) ? [drawn, ["photographed", smallPng(truth, RENDER_WIDTH)]] : [drawn],
        ),
      );
    }
    break;
  }
  return pictures.length ? html`<div class="pairs">${pictures}</div>` : null;
}

function resultsTable(
  results: Readonly<Record<string, Readonly<Record<string, number | null>>>> | null,
): Html | null {
  if (!results) return null;
  const entries = Object.entries(results);
  const names = [...new Set(entries.flatMap(([, values]) => Object.keys(values)))];
  return htmlTable(
    ["by splat metrics", ...names],
    entries.map(([method, values]) => [method, ...names.map((name) => figure(values[name], 4))]),
  );
}

function savedTable(folder: string): Html | null {
  const points = join(folder, "point_cloud");
  const rows = directories(points).flatMap((name) => {
    const file = join(points, name, "point_cloud.ply");
    return fileExists(file) ? [[name, `${(Deno.statSync(file).size / 1e6).toFixed(2)} MB`]] : [];
  });
  return rows.length ? htmlTable(["iteration", "point_cloud.ply"], rows) : null;
}

function figure(value: number | null | undefined, digits: number): string {
  return typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "–";
}

function smallPng(file: string, width: number): Uint8Array {
  const bytes = Deno.readFileSync(file);
  const picture = decodePng(bytes, { file });
  if (picture.width <= width || picture.channels !== 3 || !(picture.data instanceof Uint8Array)) {
    return bytes;
  }
  return encodePng(shrunk(rgbPicture(picture), width));
}

/** Rows by iteration; of several for one, as a run that was started twice leaves them, the last. */
function newest<Row extends { readonly iteration: number }>(
  rows: readonly Row[],
  kind: (row: Row) => string,
): Row[] {
  const last = new Map(rows.map((row) => [`${row.iteration} ${kind(row)}`, row]));
  return [...last.values()].sort((a, b) => a.iteration - b.iteration);
}

/** Files of a folder whose names fit, in the order of their numbers. */
function filesIn(folder: string, pattern: RegExp): string[] {
  return namesIn(folder, (entry) => entry.isFile && pattern.test(entry.name))
    .map((name) => join(folder, name));
}

function directories(folder: string): string[] {
  return namesIn(folder, (entry) => entry.isDirectory);
}
