import { assertEquals, assertThrows } from "@std/assert";
import { sparseRules } from "../../../../../gpu/ops/sparse/rules/sparse_rules.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { representatives, sparsePairs } from "../../../../reference/sparse/sparse_conv3d.ts";
import { gpuTest, noise } from "../../../../support.ts";

for (
  const [rows, axes, kernelSize] of [
    [0, 4, 3],
    [1, 3, 5],
    [90, 4, 3],
    [150, 3, 5],
    [40, 4, 7],
    [9, 4, 1],
  ] as const
) {
  gpuTest(`sparseRules of ${rows} rows, kernel ${kernelSize}`, async (gpu) => {
    const grid = { shape: [6, 5, 4], kernelSize };
    // From one cell outside the grid on either side; the batch axis counts from -1 as well.
    const cells = Int32Array.from(noise(rows, rows * axes, -1, 7), Math.floor);
    const rules = sparseRules(Tensor.from(gpu, cells, [rows, axes]), grid);
    const first = representatives(cells, axes);
    assertEquals([...await rules.representative.read("u32")], first);

    // Between the first rows of the cells, and for every row through the centre.
    const center = (rules.taps - 1) / 2;
    const expected = sparsePairs(cells, axes, grid, "gather")
      .filter(({ tap, output }) => tap === center || first[output] === output);
    const counts = await rules.tapCounts.read("u32");
    const tiles = await rules.tapTiles.read("u32");
    const inputs = await rules.pairInputs.read("u32");
    const outputs = await rules.pairOutputs.read("u32");
    const tileTaps = await rules.tileTaps.read("u32");
    const slotOf = new Map<string, number>();
    const found = [...counts].flatMap((count, tap) =>
      Array.from({ length: count }, (_, i) => {
        const slot = 64 * tiles[tap]! + i;
        assertEquals(tileTaps[Math.floor(slot / 64)], tap);
        slotOf.set(`${tap},${outputs[slot]}`, slot);
        return { tap, input: inputs[slot]!, output: outputs[slot]! };
      })
    );
    assertEquals(found, expected);
    assertEquals(tiles[rules.taps]! <= rules.maxTiles, true);

    const starts = await rules.rowStarts.read("u32");
    const slots = await rules.rowSlots.read("u32");
    for (let row = 0; row < rows; row++) {
      const own = expected.filter(({ tap, output }) => tap !== center && output === row);
      assertEquals(
        [...slots.subarray(starts[row], starts[row + 1])],
        own.map(({ tap }) => slotOf.get(`${tap},${row}`)!),
      );
    }
    const members = await rules.members.read("u32");
    const memberStarts = await rules.memberStarts.read("u32");
    for (let row = 0; row < rows; row++) {
      assertEquals(
        [...members.subarray(memberStarts[row], memberStarts[row + 1])],
        first.flatMap((owner, member) => owner === row ? [member] : []),
      );
    }
  });
}

gpuTest("sparseRules says what is wrong", (gpu) => {
  const cells = Tensor.zeros(gpu, [4, 3], "i32");
  assertThrows(
    () => sparseRules(cells, { shape: [4, 4, 4], kernelSize: 4 }),
    RangeError,
    "kernel size 4 must be odd",
  );
  assertThrows(() => sparseRules(cells, { shape: [4, 0, 4] }), RangeError, '"shape" is [4, 0, 4]');
  assertThrows(
    () => sparseRules(Tensor.empty(gpu, [2 ** 20, 3], "i32"), { shape: [9, 9, 9], kernelSize: 99 }),
    RangeError,
    "are too many",
  );
});
