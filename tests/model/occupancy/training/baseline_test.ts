import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { FrequencyBaseline } from "../../../../model/occupancy/training/baseline.ts";

Deno.test("the baseline predicts each voxel's most frequent class, noise left out", () => {
  const baseline = new FrequencyBaseline(5, surroundOcc);
  baseline.add([4, 17, 0, 11, 0]);
  baseline.add([4, 15, 0, 17, 9]);
  baseline.add([17, 15, 0, 11, 0]);
  assertEquals([...baseline.predict()], [4, 15, 17, 11, 9]);
});
