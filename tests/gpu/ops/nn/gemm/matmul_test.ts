import { assertEquals, assertThrows } from "@std/assert";
import { matmul } from "../../../../../gpu/ops/nn/gemm/matmul.ts";
import type { Tiling } from "../../../../../gpu/ops/nn/gemm/gemm_plan.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { matmul as reference } from "../../../../reference/nn/matmul.ts";
import {
  assertClose,
  checkOp,
  type F64,
  gpuTest,
  noiseArray,
  REDUCTION,
} from "../../../../support.ts";

const TILINGS: readonly Tiling[] = ["registers", "workgroup"];
const FLAGS = [[false, false], [false, true], [true, false], [true, true]] as const;
const SIZES: Record<Tiling, [rows: number, cols: number, depth: number][]> = {
  registers: [[1, 1, 1], [3, 5, 7], [8, 32, 16], [67, 71, 33], [70, 3, 9], [2, 68, 20]],
  // Each layout of this kernel takes a software adapter a second to compile.
  workgroup: [[1, 3, 2], [67, 71, 33], [68, 132, 20]],
};

for (const tiling of TILINGS) {
  for (const [transposeA, transposeB] of FLAGS) {
    // These two reach every layout, with their gradients.
    if (tiling === "workgroup" && transposeA !== transposeB) continue;
    const letters = `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`;
    gpuTest(`matmul ${tiling} ${letters}: one, odd, prime, skinny, crossing tiles`, async (gpu) => {
      for (const [rows, cols, depth] of SIZES[tiling]) {
        await checkOp(gpu, {
          inputs: [
            noiseArray(1, transposeA ? [depth, rows] : [rows, depth]),
            noiseArray(2, transposeB ? [cols, depth] : [depth, cols]),
          ],
          op: (a, b) => matmul(a, b, { transposeA, transposeB, tiling }),
          reference: (a: F64, b: F64) => reference(a, b, null, { transposeA, transposeB }),
          tolerance: REDUCTION,
          samples: 8,
        });
      }
    });
  }

  gpuTest(`matmul ${tiling}: batches on both sides or one`, async (gpu) => {
    const cases: [number[], number[], boolean][] = [
      [[3, 5, 7], [3, 7, 6], false],
      [[2, 2, 5, 8], [8, 4], false],
      [[3, 8, 5], [8, 4], true],
      [[6, 9], [3, 9, 11], false],
    ];
    for (const [aShape, bShape, transposeA] of cases) {
      await checkOp(gpu, {
        inputs: [noiseArray(3, aShape), noiseArray(4, bShape)],
        op: (a, b) => matmul(a, b, { transposeA, tiling }),
        reference: (a: F64, b: F64) => reference(a, b, null, { transposeA }),
        samples: 8,
      });
    }
  });

  for (const activation of ["relu", "gelu", "sigmoid", "tanh"] as const) {
    if (tiling === "workgroup" && activation !== "relu") continue;
    gpuTest(`matmul ${tiling}: bias and ${activation}`, (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(5, [13, 12]), noiseArray(6, [12, 6]), noiseArray(7, [6])],
        op: (a, b, bias) => matmul(a, b, { bias, activation, tiling }),
        reference: (a: F64, b: F64, bias: F64) => reference(a, b, bias, { activation }),
      }));
  }

  gpuTest(
    `matmul ${tiling}: a long depth is summed in parts, the same way every time`,
    async (gpu) => {
      const a = noiseArray(8, [9000, 5]);
      const b = noiseArray(9, [9000, 6]);
      const bias = noiseArray(10, [6]);
      const tensors = [a, b, bias].map(({ data, shape }) =>
        Tensor.from(gpu, Float32Array.from(data), shape)
      ) as [Tensor, Tensor, Tensor];
      const run = () =>
        matmul(tensors[0], tensors[1], {
          transposeA: true,
          bias: tensors[2],
          activation: "relu",
          tiling,
        })
          .read("f32");
      const first = await run();
      assertClose(
        first,
        reference(a, b, bias, { transposeA: true, activation: "relu" }).data,
        { atol: 1e-4, rtol: 1e-4 }, // 9000 terms of both signs: sums reach 60
      );
      assertEquals(await run(), first);
    },
  );

  gpuTest(`matmul ${tiling}: large enough for many tiles and for 128-wide ones`, async (gpu) => {
    const a = noiseArray(11, [260, 128]);
    const b = noiseArray(12, [520, 128]);
    const x = Tensor.from(gpu, Float32Array.from(a.data), a.shape);
    const y = Tensor.from(gpu, Float32Array.from(b.data), b.shape);
    const expected = reference(a, b, null, { transposeB: true }).data;
    assertClose(await matmul(x, y, { transposeB: true, tiling }).read("f32"), expected, REDUCTION);
  });
}

gpuTest("matmul registers without subgroups", async (gpu) => {
  for (const transposeA of [false, true]) {
    for (const [rows, cols, depth] of [[67, 71, 33], [260, 520, 128]] as const) {
      const a = noiseArray(13, transposeA ? [depth, rows] : [rows, depth]);
      const b = noiseArray(14, [depth, cols]);
      const [x, y] = [a, b].map(({ data, shape }) =>
        Tensor.from(gpu, Float32Array.from(data), shape)
      ) as [Tensor, Tensor];
      const product = matmul(x, y, { transposeA, tiling: "registers" });
      const expected = reference(a, b, null, { transposeA }).data;
      assertClose(await product.read("f32"), expected, REDUCTION);
    }
  }
}, { disable: ["subgroups"] });

gpuTest("matmul without rows, columns or depth", async (gpu) => {
  assertEquals(matmul(Tensor.zeros(gpu, [0, 4]), Tensor.zeros(gpu, [4, 3])).shape, [0, 3]);
  const x = variable(Tensor.zeros(gpu, [0, 4]));
  const weight = variable(Tensor.from(gpu, [1, 2, 3, 4], [4, 1]));
  const bias = Tensor.from(gpu, [3]);
  backward(matmul(x, weight, { bias }), Tensor.zeros(gpu, [0, 1]));
  assertEquals([...await weight.gradient!.read("f32")], [0, 0, 0, 0]);
  const empty = matmul(Tensor.zeros(gpu, [2, 0]), Tensor.zeros(gpu, [0, 1]), { bias });
  assertEquals([...await empty.read("f32")], [3, 3]);
});

gpuTest("matmul names what does not fit", (gpu) => {
  const a = Tensor.zeros(gpu, [2, 8]);
  assertThrows(
    () => matmul(a, Tensor.zeros(gpu, [4, 3])),
    RangeError,
    'Cannot run matmul: "b" must be [..., depth=8, cols], got [4, 3]',
  );
  assertThrows(
    () => matmul(a, Tensor.zeros(gpu, [8, 3]), { bias: Tensor.zeros(gpu, [2]) }),
    RangeError,
    'Cannot run matmul: "bias" must be [cols=3], got [2]',
  );
});
