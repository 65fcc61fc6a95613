// reference: the rules of density control (Kerbl et al. 2023, 5.2), written out below
import { assert, assertEquals } from "@std/assert";
import { densityMarks } from "../../../../../model/splat/strategies/default/density_marks.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../../../support.ts";

const LIMITS = { threshold: 0.4, size: 1, leastOpacity: 0.3, largest: 1.8 };

for (const largest of [LIMITS.largest, 0]) {
  gpuTest(`Gaussians stay, double, split or go, largest ${largest}`, async (gpu) => {
    const n = 131;
    const pictures = Float64Array.from(noise(1, n, 0, 4), Math.floor);
    const lengths = noise(2, n, 0, 2);
    const sums = Float32Array.from(
      { length: 2 * n },
      (_, i) => (i % 2 ? pictures : lengths)[i >> 1]!,
    );
    const logScales = Float32Array.from(noise(3, 3 * n, -1, 1));
    const opacity = Float32Array.from(noise(4, n, -2, 2));
    const marks = densityMarks({
      sums: Tensor.from(gpu, sums, [n, 2]),
      logScales: Tensor.from(gpu, logScales, [n, 3]),
      opacity: Tensor.from(gpu, opacity, [n]),
    }, { ...LIMITS, largest });
    const expected = Array.from({ length: n }, (_, i) => {
      const grows = pictures[i]! > 0 && lengths[i]! / pictures[i]! >= LIMITS.threshold;
      const size = Math.exp(Math.max(...logScales.subarray(3 * i, 3 * i + 3)));
      const split = grows && size > LIMITS.size;
      const faint = 1 / (1 + Math.exp(-opacity[i]!)) < LIMITS.leastOpacity;
      const large = largest > 0 && (split ? size / 1.6 : size) > largest;
      return { grows, split, doubled: grows && !split, faint, large, kept: !faint && !large };
    });
    const flags = async (tensor: Tensor) => [...await tensor.read("u32")];
    const where = (of: (mark: typeof expected[number]) => boolean) =>
      expected.map((mark) => Number(of(mark)));
    assertEquals(await flags(marks.stays), where(({ kept, split }) => kept && !split));
    assertEquals(await flags(marks.doubles), where(({ kept, doubled }) => kept && doubled));
    assertEquals(await flags(marks.splits), where(({ kept, split }) => kept && split));
    assertEquals(await flags(marks.parents), where(({ split }) => split));
    const rows = (of: (mark: typeof expected[number]) => boolean) =>
      expected.filter(of).reduce((sum, { grows }) => sum + 1 + Number(grows), 0);
    const counts = [
      expected.filter(({ doubled }) => doubled).length,
      expected.filter(({ split }) => split).length,
      rows(({ faint }) => faint),
      rows(({ faint, large }) => large && !faint),
    ];
    assertEquals(await flags(marks.counts), counts);
    assert(counts.slice(0, 3).every((count) => count > 0));
  });
}
