import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import { DEFAULTS } from "../defaults.ts";
import type { LossConfig } from "../model_config.ts";
import type { OptionsReader } from "./options_reader.ts";

/** Losses, and the weights of the classes in the cross-entropy. */
export type WeighedLosses = LossConfig & { readonly weights: OccupancyTask["weights"] };

const NOTHING = { semScal: 0, geoScal: 0, focal: 0, dice: 0, pixel: 0 };

/**
 * Reads a MultiLoss of cross-entropy and Lovász-softmax over the voxels of all supervised blocks
 * (QuadricFormer, GaussianWorld); `softmax` is whether predictions are logits.
 */
export function entropyAndLovasz(
  options: OptionsReader,
  { task, softmax }: { readonly task: OccupancyTask; readonly softmax: boolean },
): WeighedLosses {
  options.expect("type", "MultiLoss", "MultiLoss");
  let [nll, lovasz]: [number, number] = [0, 0];
  let weights: WeighedLosses["weights"] = null;
  for (const loss of options.groups("loss_cfgs")) {
    const type = loss.choice("type", ["CELoss", "LovaszLoss"]);
    loss.raw("input_dict");
    loss.expect("ignore_label", task.ignored[0]);
    loss.expect("use_softmax", softmax, true);
    if (type === "CELoss") {
      nll = loss.number("weight", 1);
      if (loss.has("cls_weight")) weights = loss.numbers("cls_weight", task.classes.length);
    } else {
      lovasz = loss.number("weight", 1);
      loss.expect("empty_idx", task.empty);
    }
  }
  return {
    ...DEFAULTS.loss,
    ...NOTHING,
    nll,
    lovasz,
    lovaszIgnore: task.empty,
    together: true,
    balance: weights ? "manual" : "none",
    weights: weights ?? task.weights,
  };
}
