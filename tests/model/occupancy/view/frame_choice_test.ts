import { assert, assertEquals, assertThrows } from "@std/assert";
import type { KeyFrame } from "../../../../data/occupancy/key_frame.ts";
import { chooseFrames } from "../../../../model/occupancy/view/frame_choice.ts";

/** Key frames of scenes a, b and c, two, three and one of them. */
const FRAMES = ["a", "a", "b", "b", "b", "c"].map((sceneToken, i) => ({
  sceneToken,
  token: `t${i}`,
})) as unknown as KeyFrame[];

Deno.test("key frames are chosen one by one, by scene, by chance or all", () => {
  assertEquals(chooseFrames(FRAMES, { indices: [4, 7], limit: 1, seed: 1 }), [4, 1]);
  assertEquals(chooseFrames(FRAMES, { scene: 1, limit: 1, seed: 1 }), [2, 3, 4]);
  assertEquals(chooseFrames(FRAMES, { seed: 1 }), [0, 1, 2, 3, 4, 5]);
  assertEquals(chooseFrames(FRAMES, { limit: 9, seed: 1 }), [0, 1, 2, 3, 4, 5]);
  const draws = Array.from({ length: 40 }, (_, seed) => chooseFrames(FRAMES, { limit: 3, seed }));
  for (const [seed, draw] of draws.entries()) {
    assertEquals(draw, [...new Set(draw)].sort((a, b) => a - b));
    assertEquals(draw.length, 3);
    assertEquals(draw, chooseFrames(FRAMES, { limit: 3, seed }));
  }
  assert(new Set(draws.flat()).size === 6 && new Set(draws.map(String)).size > 5);
});

Deno.test("what is not there is refused", () => {
  assertThrows(() => chooseFrames(FRAMES, { indices: [0, -1], seed: 1 }), RangeError, "frame -1");
  assertThrows(() => chooseFrames([], { indices: [2], seed: 1 }), RangeError, "has 0");
  assertThrows(() => chooseFrames(FRAMES, { scene: 3, seed: 1 }), RangeError, "split has 3");
});
