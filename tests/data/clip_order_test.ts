import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ClipOrder, scenesOf } from "../../data/clip_order.ts";

/** Key frames of scenes of these lengths, one scene after the other. */
function framesOf(...lengths: number[]) {
  return lengths.flatMap((length, scene) =>
    Array.from({ length }, (_, index) => ({ sceneToken: `scene ${scene}`, index }))
  );
}

Deno.test("an epoch's clips are runs of consecutive key frames, one of each long scene", () => {
  const frames = framesOf(9, 3, 7, 5);
  const order = new ClipOrder(frames, { length: 5, seed: 2, rank: 0, ranks: 1 });
  assertEquals(order.length, 4 * 5);
  const starts = new Set<number>();
  for (let epoch = 0; epoch < 20; epoch++) {
    const places = [...order.of(epoch)];
    assertEquals([...order.of(epoch)], places);
    const clips = [0, 5, 10, 15].map((at) =>
      places.slice(at, at + 5).map((place) => frames[place]!)
    );
    for (const clip of clips) {
      assertEquals(new Set(clip.map(({ sceneToken }) => sceneToken)).size, 1);
      assertEquals(clip.map(({ index }) => index - clip[0]!.index), [0, 1, 2, 3, 4]);
    }
    const scenes = clips.map(([first]) => first!.sceneToken);
    for (const scene of ["scene 0", "scene 2", "scene 3"]) {
      assertEquals(scenes.includes(scene), true);
    }
    assertEquals(scenes.includes("scene 1"), false);
    const first = clips.find((clip) => clip[0]!.sceneToken === "scene 0")![0]!;
    starts.add(first.index);
  }
  assertEquals([...starts].sort(), [0, 1, 2, 3, 4]);
  assertNotEquals([...order.of(0)], [...order.of(1)]);
});

Deno.test("ranks take equally many clips, which only the first of them take twice", () => {
  const frames = framesOf(4, 4, 4, 4, 4);
  const ranks = [0, 1].map((rank) => new ClipOrder(frames, { length: 4, seed: 1, rank, ranks: 2 }));
  const [even, odd] = ranks.map((order) => [...order.of(3)]) as [number[], number[]];
  assertEquals([even.length, odd.length], [12, 12]);
  assertEquals(new Set([...even, ...odd]).size, 20);
  assertEquals(odd.slice(8), even.slice(0, 4));
});

Deno.test("key frames may lie in any order; scenes that are all too short are refused", () => {
  const frames = [2, 0, 1, 3].map((index) => ({ sceneToken: "one", index }));
  assertEquals(scenesOf(frames), [[1, 2, 0, 3]]);
  const order = new ClipOrder(frames, { length: 4, seed: 0, rank: 0, ranks: 1 });
  assertEquals([...order.of(0)], [1, 2, 0, 3]);
  assertThrows(
    () => new ClipOrder(framesOf(4, 6), { length: 7, seed: 0, rank: 0, ranks: 1 }),
    RangeError,
    "the longest scene has 6",
  );
});
