import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isFile } from "../../../data/files/path_kind.ts";
import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { filterCluster } from "../../../data/splats/actions/solids/filter_cluster.ts";
import { filterFloaters } from "../../../data/splats/actions/solids/filter_floaters.ts";
import { allocateSplats } from "../../../data/splats/splats.ts";
import { SHARED } from "../../shared_files.ts";

// What splat-transform keeps of 400 Gaussians.
const FILE = join(SHARED, "golden/misc/filters.npz");
const there = isFile(FILE);
if (!there) console.log("skipped: filters of another program, ../shared/golden/misc is absent");

const CASES = {
  keep_floaters_default: filterFloaters.parse(""),
  keep_floaters_a: filterFloaters.parse("0.25,0.1,0.004"),
  keep_floaters_b: filterFloaters.parse("0.5,0.5,0.02"),
  keep_cluster_default: filterCluster.parse(""),
  keep_cluster_a: filterCluster.parse("0.5,0.6,0.05"),
  // Its seed is (-4, -0.5, -0.3) with x and y negated.
  keep_cluster_b: filterCluster.parse("0.4,0.5,0.1,4,0.5,-0.3"),
};

for (const [name, action] of Object.entries(CASES)) {
  Deno.test({
    name: `${name}: the same Gaussians stay`,
    ignore: !there,
    fn() {
      const npz = readNpz(FILE);
      const column = (key: string) => npz.get(key).data as Float32Array;
      const count = column("opacities").length;
      const splats = {
        ...allocateSplats(count, 0),
        positions: column("means"),
        logScales: column("scales"),
        quaternions: column("rotations"),
        opacities: column("opacities"),
      };
      splats.shDc.forEach((_, at) => splats.shDc[at] = Math.floor(at / 3)); // who is who
      const kept = action(splats, () => {});
      const found = new Int32Array(count);
      for (let i = 0; i < kept.count; i++) found[kept.shDc[3 * i]!] = 1;
      assertEquals(found, npz.get(name).data);
    },
  });
}
