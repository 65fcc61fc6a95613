import { MESH_ENDINGS, meshFile } from "../../../mod.ts";
import { openGpu } from "../../gpu.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { withFileProgress } from "../../terminal/file_progress.ts";
import { formatNumber } from "../../terminal/table.ts";
import { joinRange, RANGE_OPTION, readRange } from "./words/range_words.ts";
import { READING_OPTIONS, readingOptions, tellUnusable } from "./reading_options.ts";

const command = defineCommand({
  summary: "Make a mesh of trained Gaussians: depth maps fused on the GPU, as GLB or PLY",
  needs: ["read", "write", "env"],
  gpu: true,
  examples: ["out/chair chair.glb", "scene.ply scene_mesh.ply --voxel-size 0.02"],
  arguments: {
    in: {
      help:
        "A model's folder, whose cameras look at it, or a file of Gaussians of any kind, which " +
        "is looked at from all around",
    },
    out: { help: "The .glb file to write, y up, or the .ply file, in the Gaussians' frame" },
  },
  options: {
    range: {
      ...RANGE_OPTION,
      help:
        "The box, in the Gaussians' frame; if not given, the one that holds them, within three " +
        "times as far as the cameras are spread",
    },
    "voxel-size": {
      type: "number",
      min: 0,
      help: "Edge of a voxel; if not given, a 192nd of the box's longest edge",
    },
    "least-part": {
      type: "number",
      min: 0,
      max: 1,
      default: 0.01,
      help: "Parts with fewer triangles than this share of the largest part's are left out",
    },
    ...READING_OPTIONS,
    overwrite: OVERWRITE_OPTION,
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const { in: input, out: output, overwrite } = values;
    checkOutput(output, { inputs: [input], endings: MESH_ENDINGS, overwrite });
    const range = values.range === undefined ? undefined : readRange(values.range);
    const { progress } = terminal;
    const gpu = await openGpu();
    try {
      const report = await withFileProgress(terminal, () =>
        meshFile(gpu, {
          input,
          output,
          reading: readingOptions(values),
          range,
          voxelSize: values.voxelSize,
          leastPart: values.leastPart,
          onView: (done, total) =>
            progress.draw(
              done === 0
                ? { type: "started", label: "fusing", total, unit: "view" }
                : { type: "step", done },
            ),
        }));
      progress.draw({ type: "finished" });
      for (const remark of report.remarks) terminal.note(`${input}: ${remark}`);
      tellUnusable(terminal, input, report.gaussians + report.unusable, report.gaussians);
      if (values.json) return terminal.printJson(report);
      const { path, vertices, triangles, parts, dropped, dims, voxelSize, views } = report;
      terminal.print(
        `${path}: ${vertices} vertices, ${triangles} triangles of ${views} views in ${
          dims.join(" x ")
        } voxels of ${
          formatNumber(voxelSize)
        }; ${dropped} of ${parts} parts left out for their size`,
      );
    } finally {
      gpu.destroy();
    }
  },
});

/** `splat mesh IN OUT.glb|ply`; the range may be six words or one with commas. */
export const mesh: Command = {
  ...command,
  run: (words, terminal) => command.run(joinRange(words), terminal),
};
