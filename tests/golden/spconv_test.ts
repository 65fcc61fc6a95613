import { assert, assertEquals, assertRejects } from "@std/assert";
import { readNpz } from "../../data/formats/numpy/npz.ts";
import type { Arrays } from "../../model/operators/operator.ts";
import { spconv } from "../../model/operators/spconv.ts";
import { gpuTest, withGpu } from "../support.ts";

const FOLDER = new URL("../../../shared/golden/", import.meta.url).pathname;
const CASES = ["isolated", "k3", "k5", "k5_dup", "multilayer"];
const INTEGERS = ["rep_row", "pair_count", "pairs"];

for (const name of CASES) {
  const path = `${FOLDER}spconv_${name}.npz`;
  let exists = true;
  try {
    Deno.statSync(path);
  } catch {
    exists = false;
    console.log(`spconv_${name}: "${path}" is not there, the test is skipped`);
  }
  Deno.test({
    name: `golden spconv_${name}`,
    ignore: !exists,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: () =>
      withGpu(async (gpu) => {
        const npz = readNpz(path);
        const arrays: Arrays = Object.fromEntries(
          npz.names.map((key) => {
            const { shape, data } = npz.get(key);
            return [key, { shape, data: Array.from(data as ArrayLike<number>) }];
          }),
        );
        const given = Object.fromEntries(
          Object.entries(arrays).filter(([key]) => key in spconv.inputs),
        );
        const results = await spconv.run(gpu, given);
        const wanted = npz.names.filter((key) => !(key in spconv.inputs));
        assertEquals(Object.keys(results).sort(), wanted.toSorted());
        for (const key of wanted) {
          const [actual, expected] = [results[key]!, arrays[key]!];
          assertEquals(actual.shape, expected.shape, key);
          if (INTEGERS.includes(key)) {
            assertEquals(Array.from(actual.data), expected.data, key);
            continue;
          }
          const largest = Array.from(expected.data).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
          // The files have no err32. A value sums up to 125 taps times 16 channels, each with its
          // rounding of 6e-8; three layers on top of each other, with layer norms, ten times that.
          const bound = (name === "multilayer" ? 2e-5 : 2e-6) * largest;
          for (let i = 0; i < expected.data.length; i++) {
            const error = Math.abs(actual.data[i]! - expected.data[i]!);
            assert(error <= bound, `${key}[${i}]: ${error} off, at most ${bound} expected`);
          }
        }
      }),
  });
}

gpuTest("spconv says which arrays are missing", async (gpu) => {
  await assertRejects(
    () => Promise.resolve().then(() => spconv.run(gpu, {})),
    TypeError,
    'Cannot run spconv: the input has no "features", no "indices", no "spatial_shape", no "weight"',
  );
});

gpuTest("spconv of no rows, and of one outside the grid", async (gpu) => {
  const weight = { shape: [1, 3, 3, 3, 1], data: new Float32Array(27).fill(2) };
  const spatial_shape = { shape: [3], data: [4, 4, 4] };
  const none = await spconv.run(gpu, {
    features: { shape: [0, 1], data: [] },
    indices: { shape: [0, 4], data: [] },
    grad_output: { shape: [0, 1], data: [] },
    spatial_shape,
    weight,
  });
  assertEquals(none.output!.shape, [0, 1]);
  assertEquals(none.pairs!.shape, [0, 3]);
  assertEquals([...Array.from(none.pair_count!.data)], Array(27).fill(0));
  assertEquals([...Array.from(none.grad_weight!.data)], Array(27).fill(0));
  const outside = await spconv.run(gpu, {
    features: { shape: [2, 1], data: [1, 10] },
    indices: { shape: [2, 4], data: [0, 4, 0, 0, 0, 3, 0, 0] },
    spatial_shape,
    weight,
  });
  assertEquals(Array.from(outside.output!.data), [2, 20]);
  assertEquals(Array.from(outside.pairs!.data), [13, 0, 0, 13, 1, 1]);
  assertEquals("grad_weight" in outside, false);
});
