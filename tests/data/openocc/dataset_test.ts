import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import { CLASS_NAMES } from "../../../data/nuscenes/classes.ts";
import { occ3d } from "../../../data/occ3d/task.ts";
import { referenceGeometry } from "../../../data/occupancy/image_geometry.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { openOcc, OPENOCC_LABELS } from "../../../data/openocc/task.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

Deno.test("OpenOcc's classes are nuScenes' in its own order", () => {
  assertEquals(openOcc.classes.join(" ").split(" ").length, 17);
  assertEquals([openOcc.classes[0], openOcc.classes[3], openOcc.classes[16]], [
    ...["car", "bus", "free"],
  ]);
  CLASS_NAMES.slice(1, -1).forEach((name, i) => {
    const label = OPENOCC_LABELS[i + 1]!;
    assertEquals(openOcc.classes[label], name);
    assertEquals(openOcc.palette[label], occ3d.palette[i + 1]);
  });
});

Deno.test("its labels are Occ3D's renamed, all of them count; each set's reader refuses the other's", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const open = (layout: string, task: OccupancyTask) =>
      SampleLoader.open({
        ...{ dataDir: join(dir, layout), split: "val", workers: 0 },
        pipeline: { task, geometry: referenceGeometry([64, 32]), photometric: false },
      });
    for (const layout of ["occ3d", "openocc"] as const) {
      const imageSize: [number, number] = [64, 36];
      const scenes = { seed: 5, scenes: 1, framesPerScene: 1, valScenes: 1 };
      await writeSyntheticDataset(join(dir, layout), { ...scenes, imageSize, layout });
    }
    using theirs = await open("occ3d", occ3d);
    using its = await open("openocc", openOcc);
    const [a, b] = [await theirs.next(), await its.next()];
    assertEquals(b.labels, a.labels.map((label) => OPENOCC_LABELS[label]!));
    assertEquals([b.dims, b.mask.includes(0), b.projection], [a.dims, false, a.projection]);
    const place = (layout: string, root: string) =>
      Deno.rename(
        join(dir, layout, root),
        join(dir, layout, root === "gts" ? "openocc_v2" : "gts"),
      );
    await place("occ3d", "gts");
    await place("openocc", "openocc_v2");
    using wrong = await open("occ3d", openOcc);
    await assertRejects(() => wrong.next(), Error, `"mask_camera" in it makes it Occ3D's`);
    using other = await open("openocc", occ3d);
    await assertRejects(() => other.next(), Error, `"flow" in it and no masks make it OpenOcc's`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
