import { VOXEL_ENDINGS, voxelizeFile } from "../../../mod.ts";
import { taskIn } from "../../../data/mod.ts";
import { splatRange } from "../../../model/mod.ts";
import { openGpu } from "../../gpu.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { withFileProgress } from "../../terminal/file_progress.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { formatNumber } from "../../terminal/table.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { joinRange, RANGE_OPTION, readRange } from "./words/range_words.ts";
import { READING_OPTIONS, readingOptions, tellUnusable } from "./reading_options.ts";

const command = defineCommand({
  summary:
    "Splat trained Gaussians into voxels: occupancy and colours as .npz, shapes as .glb or .ply",
  needs: ["read", "write", "env"],
  gpu: true,
  examples: [
    "scene.ply voxels.npz --voxel-size 0.1",
    "out/room voxels.glb",
  ],
  arguments: {
    in: {
      help:
        "PLY, compressed PLY, .splat, .spz, .ksplat, glTF (.glb, .gltf), SOG (.sog, meta.json, " +
        "lod-meta.json or folder), or a model's folder",
    },
    out: {
      help:
        "The file to write: .npz (occupancy, occupied, origin, voxel_size, range), .glb (faces of the " +
        "occupied voxels in their colours, y up) or .ply (their centres)",
    },
  },
  options: {
    range: {
      ...RANGE_OPTION,
      help: "The box, in the file's frame; if not given, the one that holds the Gaussians out to " +
        "3 deviations, but for the outermost 0.5 % at each side",
    },
    task: {
      type: "string",
      value: "DIR",
      help:
        "Take box and voxel of the labels of this folder of data, for Gaussians that predict or " +
        "visualize wrote",
    },
    "voxel-size": {
      type: "number",
      min: 0,
      help: "Edge of a voxel; if not given, a 128th of the box's longest edge",
    },
    threshold: {
      type: "number",
      min: 0,
      max: 1,
      default: 0.5,
      help: "From this probability on a voxel is occupied",
    },
    "min-scale": {
      type: "number",
      min: 0,
      default: 0.5,
      help: "Least deviation of a Gaussian, in voxels; thinner ones pass between voxels' centres",
    },
    colors: { type: "boolean", help: "Write the voxels' colours into the .npz too" },
    ...READING_OPTIONS,
    overwrite: OVERWRITE_OPTION,
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const { in: input, out: output, overwrite } = values;
    checkOutput(output, { inputs: [input], endings: VOXEL_ENDINGS, overwrite });
    const task = values.task === undefined ? null : taskIn(values.task);
    const range = values.range !== undefined
      ? readRange(values.range)
      : task
      ? splatRange(task)
      : undefined;
    const { progress } = terminal;
    const gpu = await openGpu();
    try {
      const options = {
        input: values.in,
        reading: readingOptions(values),
        output: values.out,
        range,
        voxelSize: values.voxelSize ?? task?.grid.voxel,
        threshold: values.threshold,
        minScale: values.minScale,
        colours: values.colors,
        onBlock: (done: number, total: number) =>
          done === 0
            ? progress.draw({ type: "started", label: "splatting", total, unit: "block" })
            : progress.draw({ type: "step", done }),
      };
      const report = await withFileProgress(terminal, () => voxelizeFile(gpu, options));
      progress.draw({ type: "finished" });
      for (const remark of report.remarks) terminal.note(`${values.in}: ${remark}`);
      tellUnusable(terminal, values.in, report.gaussians + report.dropped, report.gaussians);
      if (report.occupied === 0) {
        terminal.complain(
          `no voxel is occupied: none has a probability of ${values.threshold}, which --threshold lowers`,
        );
      }
      if (values.json) return terminal.printJson(report);
      const { path, dims, voxelSize, origin, gaussians, occupied } = report;
      terminal.print(
        `${path}: ${gaussians} Gaussians in ${dims.join(" x ")} voxels of ` +
          `${formatNumber(voxelSize)} from (${origin.map(formatNumber).join(", ")}), ` +
          `${occupied} occupied`,
      );
    } finally {
      gpu.destroy();
    }
  },
});

/** `splat voxelize IN OUT`; the range may be six words or one with commas. */
export const voxelize: Command = {
  ...command,
  run: (words, terminal) => command.run(joinRange(words), terminal),
};
