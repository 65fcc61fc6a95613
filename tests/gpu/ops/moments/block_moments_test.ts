import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import {
  type CodeBits,
  quantiseMoments,
  restoreMoments,
} from "../../../../gpu/ops/moments/block_moments.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import {
  quantise as reference,
  type ReferenceBlocks,
  restore as referenceRestore,
} from "../../../reference/optim/block_moments.ts";
import { assertClose, gpuTest, noise, withGpu } from "../../../support.ts";

const BITS = [16, 8, 4] as const;

/** First moments that are steps of up to 2 of second ones spread over many powers of ten. */
function moments(seed: number, count: number, [low, high]: readonly [number, number]) {
  const second = Float32Array.from(noise(seed, count, low, high), (power) => 10 ** power);
  const steps = noise(seed + 1, count, -2, 2);
  return { first: Float32Array.from(second, (v, i) => steps[i]! * Math.sqrt(v)), second };
}

function filled(count: number, first: number, second: number) {
  return {
    first: new Float32Array(count).fill(first),
    second: new Float32Array(count).fill(second),
  };
}

/** The middle one of three blocks is zero, and so is the start of the last. */
function partlyZero() {
  const { first, second } = moments(5, 700, [-14, -6]);
  for (const zero of [first, second]) zero.fill(0, 256, 520);
  return { first, second };
}

const CASES: readonly (readonly [
  string,
  { readonly first: Float32Array; readonly second: Float32Array },
  number,
])[] = [
  ["one entry", moments(1, 1, [-9, -6]), 256],
  ["a tail of one entry", moments(2, 513, [-12, -6]), 256],
  ["blocks that fill no word", moments(3, 50, [-12, -6]), 7],
  ["blocks of one entry", moments(4, 130, [-12, -6]), 1],
  ["a block larger than all", moments(6, 300, [-12, -6]), 2 ** 31],
  ["zero blocks", partlyZero(), 256],
  ["nothing but zeros", filled(300, 0, 0), 256],
  ["equal entries", filled(300, -3e-5, 4e-9), 256],
  ["huge moments", moments(7, 600, [20, 37]), 256],
  ["tiny moments", moments(8, 600, [-37, -24]), 256],
  ["all sizes in a block", moments(9, 600, [-36, 36]), 256],
  ["first moments without second", filled(3, 1e-20, 0), 256],
];

/** Codes and bounds as the GPU has them, and what it makes of them again. */
async function through(
  gpu: Gpu,
  first: Float32Array,
  second: Float32Array,
  options: { readonly bits: CodeBits; readonly block: number },
) {
  const upload = (x: Float32Array) => Tensor.from(gpu, x, [x.length]);
  const moments = quantiseMoments(upload(first), upload(second), options);
  const restored = restoreMoments(moments);
  const bounds = await moments.bounds.read("f32");
  const codes: ReferenceBlocks = {
    bounds: Array.from(
      { length: bounds.length / 4 },
      (_, i) => [...bounds.slice(4 * i, 4 * i + 4)],
    ),
    steps: await unpacked(moments.steps, first.length, options),
    sizes: await unpacked(moments.sizes, first.length, options),
  };
  const read = {
    first: await restored.first.read("f32"),
    second: await restored.second.read("f32"),
  };
  return { codes, restored: read };
}

/** Codes one by one: each block begins with a word, the first code of a word is in its lowest bits. */
async function unpacked(
  words: Tensor,
  count: number,
  { bits, block }: { readonly bits: number; readonly block: number },
): Promise<number[]> {
  const bytes = (await words.read("u32")).buffer;
  const view = new DataView(bytes);
  return Array.from({ length: count }, (_, i) => {
    const bit = Math.floor(i / block) * words.shape[1]! * 32 + i % block * bits;
    return bits === 16
      ? view.getUint16(bit / 8, true)
      : (view.getUint8(bit >> 3) >> bit % 8) & (2 ** bits - 1);
  });
}

for (const [name, { first, second }, block] of CASES) {
  for (const bits of BITS) {
    gpuTest(`moments of ${bits} bits: ${name}`, async (gpu) => {
      const { codes, restored } = await through(gpu, first, second, { bits, block });
      const expected = reference(first, second, block, bits);
      assertClose(
        codes.bounds.flat(),
        expected.bounds.flat(),
        { atol: 1e-37, rtol: 5e-7 },
        "bounds",
      );
      for (const key of ["steps", "sizes"] as const) {
        const off = expected[key].map((code, i) => Math.abs(code - codes[key][i]!));
        assert(Math.max(...off) <= 1, `${key}: a code is ${Math.max(...off)} off`);
        // Of values in f32 up to one in a hundred lies within their rounding of half a code of 16 bits.
        const differing = off.filter((code) => code > 0).length;
        assert(
          differing <= (bits === 16 ? 2 + first.length / 30 : 0),
          `${key}: ${differing} differ`,
        );
      }
      // What the GPU's own codes and bounds stand for; s up to 79 has a rounding of 4e-6.
      const decoded = referenceRestore(codes, block, bits);
      const reach = Math.max(...codes.bounds.flatMap(([low, high]) => [-low!, high!]), 0);
      restored.first.forEach((m, i) => {
        const root = Math.sqrt(decoded.second[i]!) + 1e-15;
        const off = Math.abs(m - decoded.first[i]!);
        const most = 2e-5 * Math.abs(decoded.first[i]!) + 3e-7 * reach * root + 1e-37;
        assert(off <= most, `first[${i}] is ${m}, not ${decoded.first[i]}`);
      });
      assertClose(restored.second, decoded.second, { atol: 1e-37, rtol: 2e-5 }, "second");
    });
  }
}

gpuTest("zero blocks come back as zeros, equal entries as they were", async (gpu) => {
  for (const bits of BITS) {
    const { first, second } = partlyZero();
    const { restored } = await through(gpu, first, second, { bits, block: 256 });
    assert(restored.first.subarray(256, 512).every((m) => m === 0));
    assert(restored.second.subarray(256, 512).every((v) => v === 0));
    const equal = filled(300, -3e-5, 4e-9);
    const again = await through(gpu, equal.first, equal.second, { bits, block: 256 });
    assertClose(again.restored.first, equal.first, { atol: 0, rtol: 5e-6 });
    assertClose(again.restored.second, equal.second, { atol: 0, rtol: 1e-5 });
  }
});

gpuTest("moments at the ends of f32 stay finite", async (gpu) => {
  const first = Float32Array.of(3.4e38, -3.4e38, 3.4e38, 1e-38, 0);
  const second = Float32Array.of(0, 0, 3.4e38, 3.4e38, 1e-38);
  for (const bits of BITS) {
    const { codes, restored } = await through(gpu, first, second, { bits, block: 256 });
    assert([...codes.bounds.flat(), ...restored.first, ...restored.second].every(Number.isFinite));
  }
});

gpuTest("moments larger than a binding are coded in pieces, with the same bits", async (gpu) => {
  const { first, second } = moments(11, 64 * 24 * 5 + 13, [-12, -6]);
  const whole = await through(gpu, first, second, { bits: 4, block: 24 });
  await withGpu(async (small) => {
    assertEquals(await through(small, first, second, { bits: 4, block: 24 }), whole);
  }, { tuning: { mostBound: 8192 } });
});

gpuTest("no moments at all", async (gpu) => {
  const { restored } = await through(gpu, new Float32Array(0), new Float32Array(0), {
    bits: 8,
    block: 256,
  });
  assertEquals(restored.first.length, 0);
});

gpuTest("what cannot be coded is refused", (gpu) => {
  const [two, three] = [Tensor.zeros(gpu, [2]), Tensor.zeros(gpu, [3])];
  assertThrows(() => quantiseMoments(two, three, { bits: 8 }), RangeError, "[2], the second [3]");
  assertThrows(() => quantiseMoments(two, two, { bits: 8, block: 0 }), RangeError, "0 entries");
  assertThrows(() => quantiseMoments(two, two, { bits: 5 as CodeBits }), RangeError, "of 5 bits");
});
