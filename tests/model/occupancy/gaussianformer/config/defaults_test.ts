import { assertEquals } from "@std/assert";
import { completeConfig } from "../../../../../model/occupancy/table.ts";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";

// Settings that checkpoints before version 0.2 did not have.
const NEW: Record<string, readonly string[]> = {
  image: ["resize", "bottom", "evalBottom", "rotate", "channels", "mean", "deviation"],
  neck: ["frozen"],
  lifter: ["trainAnchors", "trainFeatures"],
  loss: ["pixelSigmoid", "depth", "binary", "lovaszIgnore"],
  optim: [
    ...["betas", "eps", "backboneDecay", "rules", "batch", "schedule", "milestones"],
    ...["decayRate", "warmupStart"],
  ],
};

for (const [name, preset] of Object.entries(presets)) {
  Deno.test(`the settings of an older checkpoint of ${name} are completed`, () => {
    const stored = structuredClone(preset) as unknown as Record<string, Record<string, unknown>>;
    for (const [group, settings] of Object.entries(NEW)) {
      for (const setting of settings) delete stored[group]![setting];
    }
    assertEquals<unknown>(completeConfig(stored as unknown as GaussianFormerConfig), preset);
    const own = { ...preset, optim: { ...preset.optim, eps: 1e-6 } } as GaussianFormerConfig;
    assertEquals(completeConfig(own), own);
  });
}
