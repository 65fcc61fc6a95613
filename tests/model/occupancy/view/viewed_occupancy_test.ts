import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { kitti360 } from "../../../../data/kitti360/task.ts";
import { classLegend, type OccupancyTask } from "../../../../data/occupancy/task.ts";
import { onTask } from "../../../../model/occupancy/config/on_task.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { writeKeyFrame } from "../../../../model/occupancy/view/key_frame_file.ts";
import { openView } from "../../../../model/view/open_view.ts";

const SEVEN: OccupancyTask = {
  ...kitti360,
  ...{ name: "seven", classes: ["a", "b", "c", "free", "d", "e", "f"], empty: 3, ignored: [] },
  palette: Array.from({ length: 7 }, (_, label) => [label, 2 * label, 3 * label] as const),
  grid: { dims: [8, 8, 4], voxel: 0.8, min: [0, 0, 0] },
};

for (const task of [kitti360, SEVEN]) {
  Deno.test(`a folder of ${task.name} is shown in its own classes, beside its Gaussians' arrays`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const grid = { dims: [8, 8, 4], voxel: task.grid.voxel, min: task.grid.min } as const;
      const config = onTask(presets.demo, { ...task, grid });
      const voxels = config.occupancy.voxel / grid.voxel;
      const labels = new Uint8Array(8 * 8 * 4 / voxels ** 3).fill(1);
      // What visualize leaves beside a key frame, before it by name.
      await Deno.writeFile(
        join(folder, "val_0_gaussian.npz"),
        writeNpz({ means: { dtype: "float32", shape: [1, 3], data: new Float32Array(3) } }),
      );
      // A file that is cut off says nothing of the others.
      await Deno.writeFile(join(folder, "a_broken.npz"), new Uint8Array(9));
      writeKeyFrame(join(folder, "val_0.npz"), config, { prediction: labels, truth: labels });
      const { items, classes } = (await openView(folder)).state();
      assertEquals(items.map(({ label }) => label), ["a_broken", "val_0"]);
      const named = new Map(classes.map(({ name, colour }) => [name, colour]));
      for (const { name, colour } of classLegend(task)) assertEquals(named.get(name), colour);
      assertEquals(classes.length, task.classes.length);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
