import { assert, assertEquals, assertThrows } from "@std/assert";
import { sampleDepths } from "../../../../../gpu/ops/camera/rays/sample_depths.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { sampleDepths as reference } from "../../../../reference/camera/depth_rays.ts";
import { gpuTest, noise } from "../../../../support.ts";

for (const [rays, bins, draws] of [[1, 2, 1], [70, 129, 1], [33, 7, 3]] as const) {
  gpuTest(`sampleDepths: ${draws} of ${bins} bins on ${rays} rays`, async (gpu) => {
    const logits = noise(rays, rays * bins, -3, 3);
    const uniforms = noise(rays + 1, rays * draws, 0, 1);
    const expected = reference(logits, bins, uniforms);
    const drawn = sampleDepths(Tensor.from(gpu, Float32Array.from(logits), [rays, bins]), {
      draws,
      uniforms: Tensor.from(gpu, Float32Array.from(uniforms), [rays, draws]),
    });
    assertEquals([...await drawn.index.read()], expected.index);
    assertEquals([...await drawn.enabled.read()], expected.enabled);
  });
}

gpuTest("sampleDepths takes the likeliest bins, the first of equal ones before", async (gpu) => {
  const logits = Tensor.from(gpu, [1, 4, 2, 4, 0, 0, 0, 0, 0, 9], [2, 5]);
  const { index, enabled } = sampleDepths(logits, { draws: 3, deterministic: true });
  assertEquals([...await index.read()], [1, 3, 2, 4, 0, 1]);
  assertEquals([...await enabled.read()], [1, 0]);
});

gpuTest("sampleDepths draws each bin as often as it is likely", async (gpu) => {
  const rays = 4000;
  const row = [0, 1, 2, -1].map((logit) => Math.fround(logit));
  const logits = Float32Array.from({ length: 4 * rays }, (_, i) => row[i % 4]!);
  const { index } = sampleDepths(Tensor.from(gpu, logits, [rays, 4]), { draws: 2 });
  const counts = [0, 0, 0, 0];
  for (const bin of await index.read()) counts[bin]!++;
  const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
  counts.forEach((count, bin) => {
    const p = Math.exp(row[bin]!) / sum;
    // Five standard deviations of a binomial count.
    const spread = 5 * Math.sqrt(2 * rays * p * (1 - p));
    assert(Math.abs(count - 2 * rays * p) < spread, `bin ${bin}: ${count}`);
  });
});

gpuTest("sampleDepths refuses more bins than there are", (gpu) => {
  const logits = Tensor.zeros(gpu, [3, 4]);
  assertThrows(
    () => sampleDepths(logits, { draws: 5, deterministic: true }),
    RangeError,
    "Cannot run sampleDepths: 5 of 4 bins, at most all can be taken",
  );
});
