import { assert, assertEquals } from "@std/assert";
import { checkConfig, presets } from "../../../../model/occupancy/table.ts";
import { quickModel } from "../../../../model/occupancy/config/quick.ts";
import { gridDims } from "../../../../model/occupancy/config/model_config.ts";

const SIZES = [
  { width: 200, gaussians: 1600, voxels: 64 },
  { width: 800, gaussians: 6400, voxels: 128 },
];

for (const [name, config] of Object.entries(presets)) {
  Deno.test(`a quick ${name} is a model that can be trained, no larger than asked for`, () => {
    for (const size of SIZES) {
      const quick = quickModel(config, size);
      checkConfig(quick);
      assert(quick.image.width <= size.width);
      const aspect = (image: typeof config.image) => image.width / image.height;
      assert(Math.abs(aspect(quick.image) / aspect(config.image) - 1) < 0.02);
      // Nothing grows, and what is small enough stays as it is.
      assert(quick.gaussians.count <= config.gaussians.count);
      assert(gridDims(quick.occupancy).every((dim, k) => dim <= gridDims(config.occupancy)[k]!));
      if (config.image.width <= size.width) assertEquals(quick.image, config.image);
      if (!("lifter" in config)) continue;
      assert(quick.gaussians.count <= size.gaussians);
      assert(Math.max(...gridDims(quick.occupancy)) <= size.voxels);
      const multiple = quick.occupancy.voxel / config.task.grid.voxel;
      assert(Math.abs(multiple - Math.round(multiple)) < 1e-9);
      assert(quick.gaussians.scaleRange[1] >= quick.occupancy.voxel);
    }
  });
}
