import type { MemoryPlan } from "../mod.ts";
import { formatTable } from "./terminal/table.ts";

/** A memory plan with its arithmetic. */
export function formatPlan(plan: MemoryPlan): string {
  const values = (count: number) => `${count.toLocaleString("en")} values`;
  const rows: (string | number)[][] = [
    ["weights", `${values(plan.parameters)} x 4 B`, mebibytes(plan.weights)],
    ["AdamW's moments", `${values(plan.trained)} x 8 B`, mebibytes(plan.moments)],
    ...plan.kept.map((
      { part, bytes },
    ) => [`kept: ${part}`, "until the way back", mebibytes(bytes)]),
    [
      "on top of it",
      `at the highest point, in the ${plan.highest}`,
      mebibytes(plan.transient),
    ],
    ["in use at most", "sum of the above", mebibytes(plan.peak)],
    ["free in the pool", "buffers of other sizes", mebibytes(plan.reserved - plan.peak)],
    ["GPU memory", "drivers and shaders come on top", mebibytes(plan.reserved)],
  ];
  const { aggregation, loader } = plan;
  const gradients = `gradients: ${values(plan.trained)} x 4 B = ${
    mebibytes(plan.gradients)
  } MiB, which take the place of what was kept for them`;
  const otherwise = plan.otherwise === null ? [] : [
    `${plan.recompute ? "without" : "with"} recompute of backbone and encoder: ${
      mebibytes(plan.otherwise)
    } MiB`,
  ];
  return [
    formatTable(["memory", "from", "MiB"], rows),
    gradients,
    ...otherwise,
    `aggregation: ${aggregation.blocks} blocks of 8x8x4 voxels x ${aggregation.gaussians} Gaussians x 1 bit = ${
      mebibytes(aggregation.bytes)
    } MiB, no list of pairs`,
    `largest buffer: ${mebibytes(plan.largest)} MiB of ${
      mebibytes(plan.bufferLimit)
    } MiB, bound in pieces of at most ${mebibytes(plan.bindingLimit)} MiB`,
    `loader: ${loader.ahead} key frames x ${mebibytes(loader.sample)} MiB = ${
      mebibytes(loader.budget)
    } MiB of host memory`,
  ].join("\n");
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
