import { assertEquals, assertThrows } from "@std/assert";
import { densityMarks } from "../../../../../gpu/ops/gaussian/density/density_marks.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { densityFate, type DensityRow } from "../../../../reference/density.ts";
import { gpuTest, noise } from "../../../../support.ts";

function rowsOf(count: number): DensityRow[] {
  const draws = noise(7, 6 * count, 0, 1);
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c, d, e, f] = draws.slice(6 * i, 6 * i + 6) as unknown as number[];
    return {
      // A fifth was in no picture.
      sums: a! < 0.2 ? [0, 0] : [Math.fround(b! * 4), Math.ceil(a! * 4)],
      scaling: [c!, d!, e!].map((value) => Math.fround(6 * value - 5)),
      opacity: Math.fround(12 * f! - 8),
    };
  });
}

const LIMITS = { threshold: 0.5, size: 0.4, leastOpacity: 0.005, largest: 0 };

for (const count of [1, 67, 1000]) {
  for (const largest of [0, 1.5]) {
    gpuTest(`densityMarks of ${count}, largest ${largest}`, async (gpu) => {
      const rows = rowsOf(count);
      const limits = { ...LIMITS, largest };
      const marks = densityMarks({
        sums: Tensor.from(gpu, rows.flatMap(({ sums }) => sums), [count, 2]),
        scaling: Tensor.from(gpu, rows.flatMap(({ scaling }) => scaling), [count, 3]),
        opacity: Tensor.from(gpu, rows.map(({ opacity }) => opacity)),
      }, limits);
      const fates = rows.map((row) => densityFate(row, limits));
      for (const kind of ["stays", "doubles", "splits"] as const) {
        const flags = Array.from(await marks[kind].read("u32"));
        // One that is doubled stays too.
        const expected = fates.map((fate) =>
          Number(fate.kind === kind || (kind === "stays" && fate.kind === "doubles"))
        );
        assertEquals(flags, expected, kind);
      }
      const grown = rows.map((row) => densityFate({ ...row, opacity: 9 }, LIMITS).kind);
      assertEquals(Array.from(await marks.counts.read("u32")), [
        grown.filter((kind) => kind === "doubles").length,
        grown.filter((kind) => kind === "splits").length,
        fates.reduce((sum, { faint }) => sum + faint, 0),
        fates.reduce((sum, { large }) => sum + large, 0),
      ]);
    });
  }
}

gpuTest("densityMarks treats NaN sums as no gradient", async (gpu) => {
  const marks = densityMarks({
    sums: Tensor.from(gpu, [NaN, 1], [1, 2]),
    scaling: Tensor.zeros(gpu, [1, 3]),
    opacity: Tensor.zeros(gpu, [1]),
  }, LIMITS);
  assertEquals(Array.from(await marks.stays.read("u32")), [1]);
});

gpuTest("densityMarks wants rows alike", (gpu) => {
  assertThrows(
    () =>
      densityMarks({
        sums: Tensor.zeros(gpu, [2, 2]),
        scaling: Tensor.zeros(gpu, [3, 3]),
        opacity: Tensor.zeros(gpu, [2]),
      }, LIMITS),
    RangeError,
    '"scaling" must be [n=2, 3]',
  );
});
