import { assertEquals } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { gpuTest } from "../../support.ts";

gpuTest("a window of a tensor without rows is empty", (gpu) => {
  const window = Tensor.empty(gpu, [0, 3]).window(0, 0);
  assertEquals([window.byteOffset, window.size, ...window.shape], [0, 0, 0, 3]);
});
