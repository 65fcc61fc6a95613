import type { OccupancyTask } from "../../../../../data/occupancy/task.ts";
import type { HeadConfig } from "../../../config/anchor_config.ts";
import { isOwn } from "../../../config/original/labels.ts";
import type { OptionsReader } from "../../../config/original/options_reader.ts";

type Triple = [number, number, number];

/** Reads a GaussianHead. */
export function headOf(
  options: OptionsReader,
  task: OccupancyTask,
): HeadConfig {
  const { classes, empty: label } = task;
  options.expect("type", "GaussianHead", "GaussianHead");
  options.expect("num_classes", classes.length, classes.length);
  options.expect("empty_label", label, label);
  if (isOwn(task)) options.text("dataset_type", "nusc");
  else options.expect("dataset_type", "nusc", "nusc");
  options.expect("init_cfg", null, null);
  const kernel = options.group("cuda_kwargs");
  kernel.expect("radii_min", 1, 1);
  kernel.expect("inv_softmax", false, false);
  const any = {
    scaleMultiplier: kernel.number("scale_multiplier"),
    supervised: options.text("apply_loss_type", "all"),
  };
  if (options.flag("use_localaggprob")) {
    options.expect("with_empty", false, false);
    return {
      ...any,
      kind: "probabilistic",
      perAxis: options.flag("use_localaggprob_fast"),
      combine: options.flag("combine_geosem"),
      threshold: options.number("sigmoid_thresh", 0.5),
    };
  }
  const empty = options.flag("with_empty") ? options.group("empty_args") : null;
  return {
    ...any,
    kind: "additive",
    empty: empty && {
      mean: empty.numbers("mean", 3) as Triple,
      scale: empty.numbers("scale", 3) as Triple,
    },
  };
}

/** The grid must be that of the range. */
export function checkGrid(kernel: OptionsReader, range: readonly number[]): number {
  const voxel = kernel.number("grid_size");
  const path = "model.encoder.refine_layer.pc_range";
  kernel.agrees("pc_min", path, range.slice(0, 3));
  ["H", "W", "D"].forEach((name, axis) => {
    const cells = Math.round((range[axis + 3]! - range[axis]!) / voxel);
    if (kernel.raw(name) !== cells) {
      kernel.refuse(name, `it must be ${cells}, for "${path}" holds so many of ${voxel} m`);
    }
  });
  return voxel;
}
