import { lineChart } from "../report/line_chart.ts";
import { type CurveFigures, EVALUATED_SETS, type EvaluationFigures } from "../splat/run_fields.ts";
import type { ViewState } from "./viewed.ts";

/** Figures and curves of a training of Gaussians, of the rows that it leaves. */
export function splatCurves(
  rows: readonly CurveFigures[],
  measured: readonly EvaluationFigures[],
): Pick<ViewState, "figures" | "charts"> {
  const curve = (key: "loss" | "gaussians", smooth = false) => ({
    name: key === "loss" ? "loss" : "Gaussians",
    smooth,
    points: rows.map((row) => [row.iteration, row[key]] as const),
  });
  const ofSet = (set: string) => measured.filter((row) => row.set === set);
  const psnrOf = (set: string) => ({
    name: set,
    points: ofSet(set).map(({ iteration, psnr }) => [iteration, psnr ?? null] as const),
  });
  const last = rows.at(-1);
  const figures: [string, string][] = last
    ? [
      ["iteration", String(last.iteration)],
      ["loss", last.loss === null ? "–" : last.loss.toPrecision(4)],
      ["Gaussians", last.gaussians.toLocaleString("en")],
    ]
    : [];
  for (const [set, views] of Object.entries(EVALUATED_SETS)) {
    const psnr = ofSet(set).at(-1)?.psnr ?? null;
    if (psnr !== null) figures.push([`PSNR of ${views}`, `${psnr.toFixed(2)} dB`]);
  }
  return {
    figures,
    charts: [
      lineChart("loss", [curve("loss", true)]),
      lineChart("PSNR, dB", Object.keys(EVALUATED_SETS).map(psnrOf)),
      lineChart("Gaussians", [curve("gaussians")]),
    ].flatMap((chart) => chart === null ? [] : [chart.toString()]),
  };
}
