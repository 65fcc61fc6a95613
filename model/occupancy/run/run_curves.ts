import type { Html } from "../../report/html.ts";
import { lineChart } from "../../report/line_chart.ts";
import type { RunRow } from "./run_rows.ts";

/** The curves of a run as SVG pictures: loss, mIoU and IoU, norm of the gradient, learning rate. */
export function runCurves(rows: readonly RunRow[]): Html[] {
  const steps = rows.filter((row) => row.type === "step");
  const evaluations = rows.filter((row) => row.type === "evaluated");
  return [
    lineChart("loss", [{
      name: "loss",
      points: steps.map(({ step, loss }) => [step, loss]),
      smooth: true,
    }]),
    lineChart("mIoU and IoU, percent", [
      { name: "mIoU", points: evaluations.map(({ step, miou }) => [step, miou]) },
      {
        name: "reference mIoU",
        points: evaluations.map(({ step, referenceMiou }) => [step, referenceMiou]),
      },
      { name: "IoU", points: evaluations.map(({ step, iou }) => [step, iou]) },
    ]),
    lineChart("norm of the gradient, before clipping", [{
      name: "norm",
      points: steps.map(({ step, gradientNorm }) => [step, gradientNorm]),
      smooth: true,
    }], { log: true }),
    lineChart("learning rate", [{ name: "rate", points: steps.map(({ step, lr }) => [step, lr]) }]),
  ].filter((chart) => chart !== null);
}
