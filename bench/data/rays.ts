import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import { RayIou } from "../../loss/metrics/ray_iou/ray_iou.ts";
import { occ3d } from "../../data/occ3d/task.ts";
import { streetFromEgo } from "../../data/synth/rig.ts";
import { drawScene } from "../../data/synth/scene.ts";
import { labelVoxels } from "../../data/synth/voxels.ts";
import { processorMs } from "./processor_time.ts";

// Places of the lidar along a scene, as many as RayIoU takes.
const ORIGINS = 8, APART = 4, HEIGHT = 1.84;

/** `bench/data/main.ts rays`: RayIoU of a key frame of Occ3D's size. */
export const rays = defineCommand({
  summary: "Time RayIoU: eight origins of 14 040 rays through two grids of 200x200x16",
  options: {
    frames: { type: "number", integer: true, min: 1, default: 20, help: "Key frames to count" },
    json: JSON_OPTION,
  },
  run: ({ frames, json }, terminal) => {
    const { grid: { dims, voxel, min }, classes } = occ3d;
    const scene = drawScene(1, 0, 1);
    const truth = labelVoxels(scene, scene.solids, streetFromEgo(scene.drive, 0), occ3d.grid);
    // A prediction of the same street from a metre ahead: some rays end alike, some do not.
    const later = { ...scene.drive, x: scene.drive.x + 1 };
    const prediction = labelVoxels(scene, scene.solids, streetFromEgo(later, 0), occ3d.grid);
    const origins = Float64Array.from(
      { length: 3 * ORIGINS },
      (_, i) => [APART * (Math.floor(i / 3) - ORIGINS / 2), 0, HEIGHT][i % 3]!,
    );
    const metric = new RayIou({ dims, voxel, corner: min }, classes.length);
    metric.add(prediction, truth, origins);
    const [start, spent] = [performance.now(), processorMs()];
    for (let frame = 0; frame < frames; frame++) metric.add(prediction, truth, origins);
    const [end, spentAtEnd] = [performance.now(), processorMs()];
    const ms = (end - start) / frames;
    const processor = spent === null || spentAtEnd === null ? null : (spentAtEnd - spent) / frames;
    if (json) return terminal.printJson({ frames, ms, processorMs: processor });
    terminal.print(formatTable(
      ["rays", "ms per key frame", "processor ms", "rays/s"],
      [[ORIGINS * 14_040, ms, processor, Math.round(1000 * ORIGINS * 14_040 / (processor ?? ms))]],
    ));
  },
});
