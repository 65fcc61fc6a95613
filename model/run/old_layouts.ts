import type { Safetensors } from "../../data/formats/safetensors.ts";

const SPLATS = "voxsplat_gaussians";
// Arrays that splats kept beside their parameters.
const KEPT = ["sums", "random.words"];

/** The content of a checkpoint of splats in today's layout; anything else as it is. */
export function fromOldLayout({ tensors, metadata }: Safetensors): Safetensors {
  const { [SPLATS]: text, ...rest } = metadata;
  if (text === undefined) return { tensors, metadata: withAppearance(metadata) };
  // Up to version 0.1.0.
  const { iteration, config, exposureSteps, ...state } = JSON.parse(text);
  const { absgrad, ...settings } = config ?? {};
  const today = {
    ...state,
    appearanceSteps: exposureSteps,
    config: { ...settings, ...absgrad && { strategy: "absgrad" } },
    trainee: "splat",
    step: iteration,
    seed: settings.seed,
    moments: [...tensors.keys()].filter((name) => name.startsWith("adam.first."))
      .map((name) => name.slice("adam.first.".length)),
  };
  const named = [...tensors].map(([name, array]) =>
    [KEPT.includes(name) ? `state.${name}` : name.replace(/^adam\./, "adamw."), array] as const
  );
  return { tensors: new Map(named), metadata: { ...rest, voxsplat: JSON.stringify(today) } };
}

/** Exposures were the only appearance once. */
function withAppearance(metadata: Safetensors["metadata"]): Safetensors["metadata"] {
  const { voxsplat: text } = metadata;
  if (!text?.includes('"exposureSteps"')) return metadata;
  const { exposureSteps, ...state } = JSON.parse(text);
  return { ...metadata, voxsplat: JSON.stringify({ appearanceSteps: exposureSteps, ...state }) };
}
