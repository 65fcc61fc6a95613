import { assert, assertEquals, assertThrows } from "@std/assert";
import { randomSubset } from "../../../../../gpu/ops/gaussian/points/random_subset.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest } from "../../../../support.ts";

// reference: the host counts how often each place was drawn.
gpuTest("randomSubset draws different places, each as often as the others", async (gpu) => {
  const counts = new Array<number>(60).fill(0);
  for (let run = 0; run < 30; run++) {
    using _run = gpu.scope();
    const count = Tensor.from(gpu, Uint32Array.of(60));
    const drawn = [...await randomSubset(count, { samples: 20, capacity: 100 }).read()];
    assertEquals(new Set(drawn).size, 20);
    for (const place of drawn) counts[place]!++;
  }
  assertEquals(counts.length, 60);
  // Ten of thirty runs on average, five standard deviations either way.
  assert(counts.every((times) => Math.abs(times - 10) < 5 * Math.sqrt(30 * 2 / 9)), `${counts}`);
});

gpuTest("randomSubset of fewer places than are wanted", (gpu) => {
  const count = Tensor.from(gpu, Uint32Array.of(3));
  assertThrows(
    () => randomSubset(count, { samples: 5, capacity: 4 }),
    RangeError,
    "Cannot run randomSubset: 5 of 4 places",
  );
});
