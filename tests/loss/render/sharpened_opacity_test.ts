import { aboveZero } from "../../../loss/render/above_zero.ts";
import { sharpenedOpacity } from "../../../loss/render/sharpened_opacity.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { sharpenedOpacity as reference } from "../../reference/loss/render_loss.ts";
import { assertClose, checkOp, ELEMENTWISE, gpuTest, noiseArray } from "../../support.ts";

gpuTest("sharpenedOpacity over probabilities of being empty", async (gpu) => {
  for (const [low, high] of [[0, 0.49], [0.51, 1], [0, 1]] as const) {
    await checkOp(gpu, {
      inputs: [noiseArray(3, [77], low, high)],
      op: sharpenedOpacity,
      reference: ({ data, shape }) => ({ shape, data: data.map(reference) }),
      tolerance: ELEMENTWISE,
    });
  }
  const edges = Float32Array.of(0, 0.49999997, 0.5, 0.50000006, 1);
  const opacity = sharpenedOpacity(Tensor.from(gpu, edges, [5]));
  assertClose(await opacity.read("f32"), edges.map(reference), ELEMENTWISE, "edges");
});

gpuTest("aboveZero of the least differences of numbers near one half", async (gpu) => {
  const x = Tensor.from(gpu, Float32Array.of(0, -0, 3e-8, -3e-8, 1e4, -1e4), [6]);
  assertClose(await aboveZero(x).read("f32"), [0, 0, 1, 0, 1, 0], { atol: 0, rtol: 0 });
});
