import { exponential } from "../../../gpu/optim/schedules.ts";
import { gridRate } from "../../splat/appearance/bilateral_grid/bilateral_grids.ts";
import { ppispRate } from "../../splat/appearance/ppisp/ppisp_tables.ts";
import type { Operator } from "../operator.ts";

/** Rate of the poses' corrections, which falls by a factor of 100 over a training. */
const POSE_RATE = 1e-5;

/** Learning rates of appearance and poses at given steps. */
export const schedules: Operator = {
  name: "schedules",
  summary: "learning rates of PPISP, of bilateral grids and of poses at given steps",
  inputs: {
    max_steps: { axes: [1], integer: true },
    step: { axes: ["steps"], integer: true },
  },
  run(_gpu, { max_steps, step }) {
    const length = max_steps!.data[0]!;
    const { length: count } = step!.data;
    const rates = (rateAt: (step: number) => number) => ({
      shape: [count],
      data: Float32Array.from({ length: count }, (_, i) => rateAt(step!.data[i]!)),
    });
    return Promise.resolve({
      lr_ppisp: rates(ppispRate()),
      lr_bilagrid: rates(gridRate({ length })),
      lr_pose: rates(exponential(POSE_RATE, POSE_RATE / 100, { total: length })),
    });
  },
};
