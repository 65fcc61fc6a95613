import { assertEquals, assertThrows } from "@std/assert";
import { MersenneTwister } from "../../../data/random/mersenne_twister.ts";
import { ViewOrder } from "../../../data/random/view_order.ts";

Deno.test("the generator draws what Python's random draws", () => {
  // random.seed(0); random.shuffle(list(range(10))); [random.randint(0, 9) for _ in range(8)]
  const twister = MersenneTwister.fromPython(0);
  const shuffled = twister.shuffle(Array.from({ length: 10 }, (_, i) => i));
  assertEquals(shuffled, [7, 8, 1, 5, 3, 4, 2, 0, 9, 6]);
  assertEquals(Array.from({ length: 8 }, () => twister.below(10)), [5, 9, 3, 8, 2, 4, 2, 1]);
  // random.seed(2**40 + 5); random.getrandbits(32), three times: the seed takes two words.
  const large = MersenneTwister.fromPython(2 ** 40 + 5);
  assertEquals([1, 2, 3].map(() => large.word()), [2166296868, 2220160828, 1153647273]);
  assertThrows(() => MersenneTwister.fromPython(-1), RangeError, "-1");
});

Deno.test("each epoch shows every view once, and a seed gives one order", () => {
  const draw = (seed: number) => {
    const order = new ViewOrder(7, { tests: 2, seed });
    return Array.from({ length: 21 }, () => order.next());
  };
  const views = draw(3);
  for (let epoch = 0; epoch < 3; epoch++) {
    const seen = views.slice(7 * epoch, 7 * epoch + 7);
    assertEquals([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
  }
  assertEquals(draw(3), views);
  assertEquals(draw(4).join() === views.join(), false);
  assertThrows(() => new ViewOrder(0, { tests: 0, seed: 0 }), RangeError, "none");
});
