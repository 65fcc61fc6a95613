import { assertEquals, assertThrows } from "@std/assert";
import { Kernel } from "../../gpu/kernel.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { normalCdfSnippet } from "../../gpu/wgsl/normal_cdf.ts";
import source from "../../gpu/ops/array/elementwise/unary.wgsl" with { type: "text" };
import { gpuTest } from "../support.ts";

const include = [normalCdfSnippet];
const path = "gpu/ops/array/elementwise/unary.wgsl";

gpuTest("a padded kernel leaves what follows a view alone, others refuse it", async (gpu) => {
  const x = Tensor.from(gpu, [1, 2, 3]);
  const target = Tensor.from(gpu, [9, 9, 9, 9]);
  const run = (kernel: Kernel) =>
    kernel.dispatch(gpu, { x, y: target.window(0, 3) }, { count: 3, low: 2, high: 0 }, {
      threads: 1,
    }, { op: 0 });
  assertThrows(
    () => run(new Kernel(path, source, { include })),
    RangeError,
    '"x" has 12 bytes, a multiple of 16 is needed',
  );
  run(new Kernel(path, source, { include, padded: true }));
  assertEquals([...await target.read("f32")], [2, 4, 6, 9]);
});
