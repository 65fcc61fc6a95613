import { type GaussianFormerConfig, presets, type TrainingState } from "../mod.ts";
import { SOFTWARE_OPTION } from "./gpu.ts";
import type { Options } from "./options.ts";
import { applyOverrides } from "./overrides.ts";

/** The options that choose a model and change its settings. */
export const PRESET_OPTIONS = {
  preset: {
    type: "string",
    choices: Object.keys(presets) as (keyof typeof presets)[],
    help: "The model and its settings",
  },
  set: { type: "list", value: "PATH.KEY=VALUE", help: "Change one setting of the preset" },
  software: SOFTWARE_OPTION,
} as const satisfies Options;

/** The settings that the options name; those of a checkpoint where no preset is given. */
export function configOf(
  { preset, set }: {
    readonly preset?: keyof typeof presets | undefined;
    readonly set: readonly string[];
  },
  state?: TrainingState,
): { preset: string; config: GaussianFormerConfig } {
  const name = preset ?? state?.preset ?? "demo";
  const base = preset === undefined && state
    ? state.config as GaussianFormerConfig
    : presets[name as keyof typeof presets];
  return { preset: name, config: applyOverrides(base, set) };
}
