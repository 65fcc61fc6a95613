import { assertEquals } from "@std/assert";
import { SceneOrder } from "../../data/scene_order.ts";

Deno.test("key frames come scene by scene, and ranks share whole scenes", () => {
  const frames = [["b", 1], ["a", 0], ["b", 0], ["c", 5], ["a", 2]]
    .map(([sceneToken, index]) => ({ sceneToken: `${sceneToken}`, index: Number(index) }));
  const of = (rank: number, ranks: number) => [...new SceneOrder(frames, { rank, ranks }).of()];
  assertEquals(of(0, 1), [2, 0, 1, 4, 3]);
  assertEquals([of(0, 2), of(1, 2)], [[2, 0, 3], [1, 4]]);
  assertEquals([of(3, 4), new SceneOrder(frames, { rank: 3, ranks: 4 }).length], [[], 0]);
});
