import { assert, assertEquals } from "@std/assert";
import { type Row, rowsOf } from "../../bench/case.ts";
import { measure, median } from "../../bench/harness.ts";
import { resultOf, writeReport } from "../../bench/report.ts";
import { add } from "../../gpu/ops/array/elementwise/binary.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { gpuTest } from "../support.ts";

const row: Row = {
  name: "gpu/ops/array/add_same",
  size: "values 70",
  flops: null,
  bytes: 840,
  start: (gpu) => {
    const x = Tensor.zeros(gpu, [70]);
    return () => {
      using _scope = gpu.scope();
      add(x, add(x, x));
    };
  },
};

gpuTest("a row's kernels are timed, and its memory is given back", async (gpu) => {
  const before = gpu.memory.inUse;
  const timing = await measure(gpu, row, { sampleMs: 1, budgetMs: 5 });
  assertEquals(gpu.memory.inUse, before);
  assertEquals(gpu.profiler, null);
  assert(timing.wallMs > 0 && timing.samples >= 3);
  if (gpu.has.timestamps) {
    assertEquals(timing.kernels.map(({ kernel, calls }) => [kernel, calls]), [["binary", 2]]);
    assert(timing.gpuMs! > 0);
  }
});

gpuTest("work that fails gives its memory back", async (gpu) => {
  const before = gpu.memory.inUse;
  const start: Row["start"] = (gpu) => {
    Tensor.zeros(gpu, [70]);
    return () => {
      throw new Error("no");
    };
  };
  let said = "";
  await measure(gpu, { ...row, start }).catch((error) => said = error.message);
  assertEquals([said, gpu.memory.inUse], ["no", before]);
});

Deno.test("rates are of the GPU time where there is one", () => {
  const peaks = { gflops: 100, gigabytes: 10 };
  const timing = {
    wallMs: 4,
    gpuMs: 2,
    leastMs: 1,
    processorMs: 3,
    samples: 3,
    peakBytes: 2 ** 21,
    kernels: [],
  };
  const result = resultOf({ ...row, flops: 1e8, bytes: 1e7 }, timing, peaks);
  assertEquals([result.gflops, result.ofPeak, result.gigabytes, result.ofCopy], [50, 0.5, 5, 0.5]);
  const wall = resultOf({ ...row, flops: 1e8 }, { ...timing, gpuMs: null }, peaks);
  assertEquals(wall.gflops, 25);
  const text = writeReport({
    adapter: "one",
    date: "2026-11-21T01:02:03Z",
    version: "1",
    deno: "2",
    sizes: "small",
    peaks,
    host: { dispatches: 2000, microseconds: 12.34, submitMicroseconds: 5 },
    rows: [{ ...result, kernels: [{ kernel: "binary", calls: 2, milliseconds: 2 }] }],
  }, { profile: true });
  assertEquals(
    text,
    [
      "adapter   one",
      "date      2026-11-21, voxsplat 1, Deno 2, small sizes",
      "fma peak  100 GFLOP/s",
      "copy      10 GB/s, read and written",
      "host      12.3 µs a dispatch, in a training step of 2000; 5 µs more in submits",
      "",
      "bench     size       least ms  GPU ms  wall ms  CPU ms  GFLOP/s  % of fma  GB/s  % of copy  peak MiB",
      "add_same  values 70         1       2        4       3       50        50     5         50         2",
      "",
      "gpu/ops/array/add_same, values 70",
      "kernel  calls  GPU ms",
      "binary      2       2",
    ].join("\n"),
  );
});

Deno.test("the median is one of the values", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])], [2, 2, 5]);
});

Deno.test("sizes for software adapters are the workload's own unless given", () => {
  const cases = [
    { name: "a", sizes: [{ n: 9 }], small: [{ n: 5 }], tiny: { n: 1 }, run: () => () => {} },
    {
      name: "b",
      sizes: [{ n: 9, edges: [2, 3], levels: [[4, 6], [1, 2]] }],
      tiny: { n: 1 },
      run: () => () => {},
    },
  ];
  const groups = [{ folder: "gpu", cases }];
  const sizes = (set: "full" | "small" | "tiny") => rowsOf(groups, set).map(({ size }) => size);
  assertEquals(sizes("full"), ["n 9", "n 9, edges 2x3, levels 4x6 1x2"]);
  assertEquals(sizes("small"), ["n 5", "n 9, edges 2x3, levels 4x6 1x2"]);
  assertEquals(sizes("tiny"), ["n 1", "n 1"]);
  assertEquals(rowsOf(groups, "full", "u/b").map(({ name }) => name), ["gpu/b"]);
});
