import type { Gpu } from "../../../gpu/device.ts";
import { gibibytes, type MemoryLimit } from "../../memory_limit.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { modelOf } from "../table.ts";
import { type MemoryPlan, planMemory, type PlanOptions } from "./memory_plan.ts";

/** Throws where a plan needs more memory than there is, with the sum and what would make it smaller. */
export async function checkMemory(
  gpu: Gpu,
  plan: MemoryPlan,
  config: ModelConfig,
  { memoryLimit, ...options }: PlanOptions & { readonly memoryLimit?: MemoryLimit | undefined },
): Promise<void> {
  if (!memoryLimit || plan.reserved <= memoryLimit.bytes) return;
  const kept = plan.kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const sum = [
    ["weights", plan.weights],
    ["moments", plan.moments],
    ["kept for the way back", kept],
    [`on top of it in the ${plan.highest}`, plan.transient],
    ["unused in the pool", plan.reserved - plan.peak],
  ] as const;
  throw Object.assign(
    new RangeError(
      `Cannot train with ${gibibytes(plan.reserved)} of GPU memory (${
        sum.map(([what, bytes]) => `${gibibytes(bytes)} ${what}`).join(" + ")
      }): ${memoryLimit.source} ${gibibytes(memoryLimit.bytes)}`,
    ),
    { hint: await smaller(gpu, config, options, memoryLimit.bytes) },
  );
}

/** What the run would need with settings that ask for less. */
async function smaller(
  gpu: Gpu,
  config: ModelConfig,
  options: PlanOptions,
  limit: number,
): Promise<string> {
  const { image } = config;
  const model = modelOf(config);
  // Six levels of halving end in whole pixels.
  const half = (extent: number) => Math.max(32, Math.round(extent / 64) * 32);
  const halved = { ...image, width: half(image.width), height: half(image.height) };
  const changes: [string, ModelConfig][] = [
    [
      `--set image.width=${halved.width} --set image.height=${halved.height}`,
      { ...config, image: halved },
    ],
  ];
  const fewer = model.fewer(config);
  if (fewer) changes.push([`--set gaussians.count=${fewer.gaussians.count}`, fewer]);
  const kept = Object.entries(config).filter(([, part]) => part?.recompute === false);
  if (kept.length) {
    const words = kept.map(([part]) => `--set ${part}.recompute=true`).join(" ");
    changes.unshift([words, model.recomputing(config, true)]);
  }
  const told = await Promise.all(changes.map(async ([words, changed]) => {
    try {
      const { reserved } = await planMemory(gpu, changed, options);
      return `${words} needs ${gibibytes(reserved)}${reserved <= limit ? "" : " still"}`;
    } catch {
      return null;
    }
  }));
  return told.filter(Boolean).join("; ");
}
