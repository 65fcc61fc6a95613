import type { MethodMetrics } from "../../../mod.ts";
import { gatherValues, type Ranks } from "../../../model/mod.ts";
import { type Cell, formatTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { EvalScene, EvalSet } from "./full_eval_plan.ts";
import { splatMetrics } from "./metrics.ts";

/** A model to measure, and what it is called. */
export type MeasuredModel = Pick<EvalScene, "set" | "name" | "model">;

interface Row {
  readonly scene: MeasuredModel;
  readonly method: string;
  readonly mean: MethodMetrics["mean"];
}

const LPIPS_WORDS = {
  lpipsWeights: "lpips-weights",
  vggWeights: "vgg-weights",
  lpipsRange: "lpips-range",
} as const;

/** Measures models by `splat metrics`; prints a table with means by data set, or JSON. */
export async function measureModels(
  chosen: readonly MeasuredModel[],
  values: { readonly [K in keyof typeof LPIPS_WORDS]: string | undefined } & {
    readonly json: boolean;
  },
  { ranks, terminal }: { readonly ranks: Ranks; readonly terminal: Terminal },
): Promise<number> {
  const words = Object.entries(LPIPS_WORDS).flatMap(([key, name]) => {
    const value = values[key as keyof typeof LPIPS_WORDS];
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  let rows: Row[] = [];
  const own = chosen.filter((_, i) => i % ranks.size === ranks.rank);
  const code = !own.length ? 0 : await splatMetrics.run(
    ["-m", ...own.map(({ model }) => model), ...words, "--json"],
    {
      ...terminal,
      printJson: (value) => {
        const { model, methods } = value as {
          model: string;
          methods: Record<string, MethodMetrics>;
        };
        const scene = chosen.find((one) => one.model === model)!;
        for (const [method, { mean }] of Object.entries(methods)) {
          rows.push({ scene, method, mean });
        }
      },
    },
  );
  const parts = await gatherValues(ranks, { rows, code });
  const place = new Map(chosen.map(({ model }, i) => [model, i]));
  rows = parts.flatMap((part) => part.rows)
    .sort((a, b) => place.get(a.scene.model)! - place.get(b.scene.model)!);
  if (values.json) {
    for (const { scene: { set, name }, method, mean } of rows) {
      terminal.printJson({ set, scene: name, method, ...mean });
    }
  }
  const means = meansOf(rows);
  if (values.json) {
    for (const { set, method, scenes, mean } of means) {
      terminal.printJson({ set, scenes, method, mean });
    }
  } else {
    const cells = (mean: MethodMetrics["mean"]): Cell[] => [
      mean.SSIM,
      mean.PSNR,
      mean.LPIPS ?? null,
    ];
    terminal.print(formatTable(["scene", "method", "SSIM", "PSNR", "LPIPS"], [
      ...rows.map(({ scene, method, mean }) => [scene.name, method, ...cells(mean)]),
      ...means.map(({ set, method, scenes, mean }) => [
        `mean of ${scenes} (${set})`,
        method,
        ...cells(mean),
      ]),
    ]));
  }
  return Math.max(...parts.map((part) => part.code));
}

/** Means over the scenes of a data set, by method. */
function meansOf(
  rows: readonly Row[],
): { set: EvalSet; method: string; scenes: number; mean: MethodMetrics["mean"] }[] {
  const groups = Map.groupBy(rows, ({ scene, method }) => `${scene.set} ${method}`);
  return [...groups.values()].map((group) => {
    const { scene: { set }, method } = group[0]!;
    const mean = (name: "SSIM" | "PSNR" | "LPIPS") =>
      group.reduce((sum, row) => sum + row.mean[name]!, 0) / group.length;
    const hasLpips = group.every((row) => row.mean.LPIPS !== undefined);
    return {
      set,
      method,
      scenes: group.length,
      mean: { SSIM: mean("SSIM"), PSNR: mean("PSNR"), ...hasLpips && { LPIPS: mean("LPIPS") } },
    };
  });
}
