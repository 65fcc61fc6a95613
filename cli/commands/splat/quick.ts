import { scaledSteps, type SplatConfig } from "../../../model/splat/mod.ts";

/** What `--quick` makes of the usual 30 000 iterations: minutes on either kind of adapter. */
const QUICK = {
  software: { iterations: 1000, divide: 8 },
  hardware: { iterations: 7000, divide: 1 },
} as const;

/** The settings for a first look; pictures are reduced unless a resolution was asked for. */
export function quickConfig(
  config: SplatConfig,
  { software }: { readonly software: boolean },
): SplatConfig {
  const { iterations, divide } = QUICK[software ? "software" : "hardware"];
  const factor = Math.min(1, iterations / config.iterations);
  const resolution = config.resolution === -1 && divide > 1 ? divide : config.resolution;
  return { ...scaledSteps(config, factor), resolution };
}

/** What a training would be as a shorter one, in words. */
export function quickProposal({ resolution, iterations }: SplatConfig, software: boolean): string {
  const quick = QUICK[software ? "software" : "hardware"];
  const factor = (quick.iterations / iterations).toPrecision(2);
  const reduced = resolution === -1 && quick.divide > 1 ? `-r ${quick.divide}, ` : "";
  return `--quick takes minutes: ${reduced}${quick.iterations} iterations and the schedule with them ` +
    `(--steps-scaler ${Number(factor)} alone does that)`;
}
