import type { ModelConfig } from "./config/model_config.ts";
import { presetTable as gaussianFormerPresets } from "./gaussianformer/config/preset_table.ts";
import { gaussianFormer } from "./gaussianformer/gaussianformer.ts";
import { worldPresets } from "./gaussianworld/config/presets.ts";
import { gaussianWorld } from "./gaussianworld/gaussianworld.ts";
import type { OccupancyModel } from "./model.ts";
import { quadricFormerPresets } from "./quadricformer/config/presets.ts";
import { quadricFormer } from "./quadricformer/quadricformer.ts";
import { superOccPresets } from "./superocc/config/presets.ts";
import { superOcc } from "./superocc/superocc.ts";

/** The models of the family; the first one is meant where nothing says which. */
export const models: readonly OccupancyModel[] = [
  gaussianFormer,
  quadricFormer,
  gaussianWorld as unknown as OccupancyModel,
  superOcc as unknown as OccupancyModel,
];

/** The settings of all models by name. */
export const presets: Readonly<
  Record<
    | keyof typeof gaussianFormerPresets
    | keyof typeof quadricFormerPresets
    | keyof typeof worldPresets
    | keyof typeof superOccPresets,
    ModelConfig
  >
> = {
  ...gaussianFormerPresets,
  ...quadricFormerPresets,
  ...worldPresets,
  ...superOccPresets,
};

/** The model that settings are of. */
export function modelOf<Config extends ModelConfig>(
  { model: name }: Pick<Config, "model">,
): OccupancyModel<Config> {
  const found = models.find((model) => model.name === name);
  if (found) return found as unknown as OccupancyModel<Config>;
  throw new RangeError(
    `Cannot use the settings: "model" is ${JSON.stringify(name)}, it must be one of ${
      models.map((model) => model.name).join(", ")
    }`,
  );
}

/** The model whose original names its parameters so; the first one where that cannot be told. */
export function modelWith(keys: readonly string[]): OccupancyModel {
  return models.find((model) => model.keys.owns(keys)) ?? models[0]!;
}

/** Settings of a checkpoint, with those that the version which wrote it did not have yet. */
export function completeConfig<Config extends ModelConfig>(stored: Config): Config {
  return modelOf<Config>(stored).complete(stored);
}

/**
 * Throws one RangeError that names every setting with which no model can be made or trained; with
 * `labelled`, those too whose grid is not that of the task's labels.
 */
export function checkConfig(
  config: ModelConfig,
  options: { readonly labelled?: boolean } = {},
): void {
  modelOf(config).check(config, options);
}
