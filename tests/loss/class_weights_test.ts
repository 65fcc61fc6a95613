import { surroundOcc } from "../../data/nuscenes/task.ts";
import { frequencyWeights, normalizeWeights } from "../../loss/class_weights.ts";
import { assertClose } from "../support.ts";

Deno.test("normalizeWeights makes the magnitudes add up to their number", () => {
  assertClose(normalizeWeights([1, -2, 1]), [0.75, -1.5, 0.75], { atol: 1e-15, rtol: 0 });
});

Deno.test("the published weights are normalised already", () => {
  const weights = surroundOcc.weights!;
  assertClose(normalizeWeights(weights), weights, { atol: 1e-7, rtol: 0 });
});

Deno.test("frequencyWeights are 1 / ln(frequency + 0.001), normalised", () => {
  const [e, squared] = frequencyWeights([Math.E - 0.001, Math.E ** 2 - 0.001]);
  assertClose([e!, squared!], [4 / 3, 2 / 3], { atol: 1e-12, rtol: 0 });
});
