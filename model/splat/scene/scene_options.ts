import type { SceneOptions } from "../../../data/scenes/scene.ts";
import type { SplatConfig } from "../config.ts";

/** What a training's options say of reading its scene. */
export function sceneOptions(config: SplatConfig): SceneOptions {
  return {
    images: config.images,
    depths: config.depths,
    eval: config.eval,
    trainTestExp: config.train_test_exp,
    principalPoint: config.principal_point,
    lenses: config.lenses,
    masks: config.masks,
  };
}
