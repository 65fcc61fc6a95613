import type { SplatConfig } from "../config.ts";
import type { SceneShots } from "../scene/scene_shots.ts";
import { shotKey } from "../scene/shot.ts";
import { appearanceName, APPEARANCES } from "./table.ts";

/** What is to be said of an appearance before it is learned, a line each. */
export function appearanceRemarks(
  config: SplatConfig,
  { train, test, cameras }: Pick<SceneShots, "train" | "test" | "cameras">,
): string[] {
  const name = appearanceName(config);
  const kind = APPEARANCES[name];
  if (!kind) return [];
  const { count, calibrated } = cameras;
  const remarks: string[] = [];
  if (kind.ofCameras) {
    remarks.push(
      calibrated > count
        ? `${calibrated} calibrated cameras count as ${count} for --appearance ${name}: those of equal ` +
          "size, kind of lens and nearly equal focal length are one"
        : `--appearance ${name} has tables of ${count} camera${count > 1 ? "s" : ""}`,
    );
  }
  const trained = new Set(train.map(shotKey));
  const apart = test.filter((shot) => !trained.has(shotKey(shot))).length;
  if (apart && config.appearance !== "none") {
    remarks.push(
      `${apart} held-out views have no ${
        kind.ofCameras ? "exposure or colours" : "look"
      } of their own: ` +
        "they are measured as they are drawn, and once more with their colours corrected",
    );
  }
  if (config.white_background || config.random_background) {
    remarks.push(
      `--appearance ${name} is applied to the background too: pictures with alpha want a black one`,
    );
  }
  return remarks;
}
