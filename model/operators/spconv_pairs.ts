import type { SparseRules } from "../../gpu/ops/sparse/rules/sparse_rules.ts";
import type { HostArray } from "./operator.ts";

/**
 * The pairs of mode `native` between rows, as spconv lists them: pairs [pairs, 3] of (tap, row read,
 * row written), tap by tap, and pair_count [taps].
 */
export async function rowPairs(
  rules: SparseRules,
): Promise<{ pairs: HostArray; pair_count: HostArray }> {
  const { rows, taps } = rules;
  const [counts, tiles, inputs, outputs, representative] = await Promise.all([
    rules.tapCounts.read("u32"),
    rules.tapTiles.read("u32"),
    rules.pairInputs.read("u32"),
    rules.pairOutputs.read("u32"),
    rules.representative.read("u32"),
  ]);
  const center = (taps - 1) / 2;
  const pairs: number[] = [];
  const pairCount = new Int32Array(taps);
  for (let tap = 0; tap < taps; tap++) {
    const first = 64 * tiles[tap]!;
    const before = pairs.length;
    // Between the first rows of cells: before the centre every row of the cell read takes part,
    // after it every row of the cell written.
    const [known, other] = tap < center ? [inputs, outputs] : [outputs, inputs];
    const partner = new Map<number, number>();
    for (let slot = first; slot < first + counts[tap]!; slot++) {
      partner.set(known[slot]!, other[slot]!);
    }
    for (let row = 0; row < rows; row++) {
      const found = tap === center ? row : partner.get(representative[row]!);
      if (found === undefined) continue;
      if (tap < center) pairs.push(tap, row, found);
      else pairs.push(tap, found, row);
    }
    pairCount[tap] = (pairs.length - before) / 3;
  }
  return {
    pairs: { shape: [pairs.length / 3, 3], data: Int32Array.from(pairs) },
    pair_count: { shape: [taps], data: pairCount },
  };
}
