import { assertEquals } from "@std/assert";
import { isInSplit } from "../../../data/nuscenes/splits.ts";

const SCENES = Array.from({ length: 1110 }, (_, i) => `scene-${String(i + 1).padStart(4, "0")}`);

Deno.test("the official split has 150 validation scenes, the mini set two", () => {
  const count = (split: "train" | "val", version: Parameters<typeof isInSplit>[2]) =>
    SCENES.filter((scene) => isInSplit(scene, split, version)).length;
  assertEquals(count("val", "v1.0-trainval"), 150);
  assertEquals(count("val", "v1.0-mini"), 2);
  assertEquals(count("train", "v1.0-trainval"), 960);
  // scene-0553 validates in the full set and trains in the mini set.
  assertEquals(isInSplit("scene-0553", "val", "v1.0-trainval"), true);
  assertEquals(isInSplit("scene-0553", "train", "v1.0-mini"), true);
  assertEquals(isInSplit("scene-0061", "train", "v1.0-trainval"), true);
});
