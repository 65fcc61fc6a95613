import { assert, assertEquals, assertThrows } from "@std/assert";
import { attention } from "../../../../../gpu/ops/nn/attention/attention.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { attention as reference } from "../../../../reference/nn/attention.ts";
import { assertClose, checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

const NEAR = { atol: 1e-5, rtol: 1e-4 };

// One key, fewer than a tile, more than a tile and a workgroup; narrow and wide heads, whole and ragged.
for (
  const [queries, keys, heads, width] of [
    [1, 1, 1, 4],
    [5, 17, 3, 8],
    [67, 70, 2, 4],
    [9, 33, 2, 64],
  ] as const
) {
  const channels = heads * width;
  const inputs = () => [
    noiseArray(1, [queries, channels], -2, 2),
    noiseArray(2, [keys, channels], -2, 2),
    noiseArray(3, [keys, channels]),
  ];
  const name = `attention ${queries} x ${keys}, ${heads} heads of ${width}`;

  // Each variant of the kernels takes a second to compile; wide heads are tried with everything on.
  if (width <= 32) {
    gpuTest(name, (gpu) =>
      checkOp(gpu, {
        inputs: inputs(),
        op: (q, k, v) => attention(q, k, v, { heads }),
        reference: (q, k, v) => reference(q, k, v, { heads }),
        tolerance: NEAR,
        samples: 10,
      }));
  }

  gpuTest(`${name}, bias and mask`, (gpu) => {
    // The second query may look at nothing, the others at two keys of three.
    const kept = Uint32Array.from(
      { length: queries * keys },
      (_, i) => Number(i % 3 !== 1 && Math.floor(i / keys) !== 1),
    );
    const mask = Tensor.from(gpu, kept, [queries, keys]);
    return checkOp(gpu, {
      inputs: [...inputs(), noiseArray(4, [heads, queries, keys], -3, 3)],
      op: (q, k, v, bias) => attention(q, k, v, { heads, bias, mask }),
      reference: (q, k, v, bias) => reference(q, k, v, { heads, bias, mask: kept }),
      tolerance: NEAR,
      samples: 10,
    });
  });
}

for (const [queries, heads, width] of [[1, 1, 4], [66, 8, 4]] as const) {
  gpuTest(`attention of ${queries} that falls with distance`, (gpu) => {
    const shape = [queries, heads * width];
    const places = noiseArray(5, [queries, 3], -4, 4);
    const held = Tensor.from(gpu, Float32Array.from(places.data), places.shape);
    return checkOp(gpu, {
      inputs: [
        noiseArray(1, shape),
        noiseArray(2, shape),
        noiseArray(3, shape),
        noiseArray(4, [queries, heads], -0.5, 1.5),
      ],
      op: (q, k, v, weights) => attention(q, k, v, { heads, distance: { weights, places: held } }),
      reference: (q, k, v, weights: F64) =>
        reference(q, k, v, { heads, distance: { weights, places } }),
      tolerance: NEAR,
      samples: 10,
    });
  });
}

gpuTest("attention with scores of thousands neither overflows nor forgets a head", async (gpu) => {
  const [q, k, v] = [[2, 8], [2, 8], [2, 8]].map((shape, i) =>
    noiseArray(i + 1, shape, -90, 90)
  ) as [F64, F64, F64];
  const [tq, tk, tv] = [q, k, v].map(({ data, shape }) =>
    variable(Tensor.from(gpu, Float32Array.from(data), shape))
  ) as [Tensor, Tensor, Tensor];
  const y = attention(tq, tk, tv, { heads: 2 }).retain();
  assertClose(await y.read("f32"), reference(q, k, v, { heads: 2 }).data, NEAR);
  backward(y, Tensor.from(gpu, new Float32Array(16).fill(1), [2, 8]));
  for (const { gradient } of [tq, tk, tv]) {
    assert((await gradient!.read("f32")).every(Number.isFinite));
  }
});

gpuTest("a bias larger than a binding goes head by head", async (gpu) => {
  const [queries, keys, heads] = [60, 50, 4];
  const inputs = [
    noiseArray(1, [queries, 16]),
    noiseArray(2, [keys, 16]),
    noiseArray(3, [keys, 16]),
    noiseArray(4, [heads, queries, keys], -3, 3),
  ];
  const kept = new Uint32Array(queries * keys).fill(1);
  const mask = Tensor.from(gpu, kept, [queries, keys]);
  await checkOp(gpu, {
    inputs,
    op: (q, k, v, bias) => attention(q, k, v, { heads, bias, mask }),
    reference: (q, k, v, bias) => reference(q, k, v, { heads, bias }),
    samples: 8,
  });
}, { tuning: { mostBound: 2 * 60 * 50 * 4 + 64 } });

gpuTest("attention says what it cannot take", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  const [x, y] = [zeros(3, 8), zeros(2, 8)];
  const weights = zeros(3, 2);
  const places = zeros(3, 3);
  for (
    const [run, message] of [
      [
        () => attention(x, x, x, { heads: 3 }),
        "8 channels in 3 heads, a head must be 4, 8, ... 64 wide",
      ],
      [() => attention(x, y, x, { heads: 2 }), '"value" must be [keys=2, channels=8], got [3, 8]'],
      [
        () => attention(x, y, y, { heads: 2, distance: { weights, places } }),
        "3 queries at a distance to 2 keys, they must be as many",
      ],
      [
        () => attention(x, x, x, { heads: 2, bias: zeros(2, 3, 3), distance: { weights, places } }),
        "it has a bias and a distance, one of them is possible",
      ],
    ] as const
  ) assertThrows(run, RangeError, `Cannot run attention: ${message}`);
});

gpuTest("attention over no keys is zero, of no queries nothing", async (gpu) => {
  const zeros = (rows: number) => Tensor.zeros(gpu, [rows, 4]);
  assertEquals(
    [...await attention(zeros(2), zeros(0), zeros(0), { heads: 1 }).read()],
    Array(8).fill(0),
  );
  assertEquals(attention(zeros(0), zeros(3), zeros(3), { heads: 1 }).shape, [0, 4]);
});
