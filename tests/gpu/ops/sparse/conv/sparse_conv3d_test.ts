import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { sparseConv3d } from "../../../../../gpu/ops/sparse/conv/sparse_conv3d.ts";
import { sparseRules } from "../../../../../gpu/ops/sparse/rules/sparse_rules.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  sparseConv3d as reference,
  sparseConv3dBackward,
  sparsePairs,
} from "../../../../reference/sparse/sparse_conv3d.ts";
import { assertClose, checkOp, type F64, gpuTest, noise, noiseArray } from "../../../../support.ts";

interface Case {
  rows: number;
  axes: number;
  kernelSize: number;
  inputs: number;
  outputs: number;
  mode: "native" | "gather";
  bias?: boolean;
}

function checkConv(gpu: Gpu, c: Case): Promise<void> {
  const { rows, axes, kernelSize, inputs, outputs, mode, bias = false } = c;
  const grid = { shape: [6, 5, 4], kernelSize };
  // Cells outside the grid, and many rows in a cell where there are many rows.
  const cells = Int32Array.from(noise(rows, rows * axes, -1, 6), Math.floor);
  if (axes === 4) { for (let i = 0; i < cells.length; i += 4) cells[i]! &= 1; }
  const pairs = sparsePairs(cells, axes, grid, mode);
  const rules = sparseRules(Tensor.from(gpu, cells, [rows, axes]), grid);
  return checkOp(gpu, {
    inputs: [
      noiseArray(1, [rows, inputs]),
      noiseArray(2, [outputs, kernelSize, kernelSize, kernelSize, inputs]),
      ...bias ? [noiseArray(3, [outputs])] : [],
    ],
    op: (x: Tensor, weight: Tensor, bias?: Tensor) =>
      sparseConv3d(x, rules, weight, { mode, bias: bias ?? null }),
    reference: (x: F64, weight: F64, bias?: F64) => reference(x, weight, bias ?? null, pairs),
    samples: 12,
  });
}

const CASES: Case[] = [
  { rows: 1, axes: 3, kernelSize: 3, inputs: 1, outputs: 1, mode: "native" },
  { rows: 70, axes: 4, kernelSize: 3, inputs: 5, outputs: 7, mode: "native", bias: true },
  { rows: 70, axes: 4, kernelSize: 3, inputs: 5, outputs: 7, mode: "gather", bias: true },
  { rows: 250, axes: 3, kernelSize: 5, inputs: 4, outputs: 3, mode: "native" },
  { rows: 250, axes: 3, kernelSize: 5, inputs: 4, outputs: 3, mode: "gather" },
  { rows: 20, axes: 3, kernelSize: 3, inputs: 33, outputs: 131, mode: "native", bias: true },
  { rows: 20, axes: 3, kernelSize: 3, inputs: 140, outputs: 70, mode: "gather" },
  { rows: 9, axes: 3, kernelSize: 1, inputs: 3, outputs: 2, mode: "native" },
];

for (const c of CASES) {
  gpuTest(
    `sparseConv3d ${c.mode}, ${c.rows} rows, kernel ${c.kernelSize}, ${c.inputs} to ${c.outputs}`,
    (gpu) => checkConv(gpu, c),
  );
}

gpuTest("sparseConv3d in several chunks, without subgroups", async (gpu) => {
  await checkConv(gpu, { ...CASES[1]!, outputs: 112 });
  await checkConv(gpu, { ...CASES[2]!, outputs: 112 });
  // Nine tiles of products at a time, of some sixty.
}, { disable: ["subgroups"], tuning: { mostBound: 1 << 18 } });

gpuTest("sparseConv3d of no rows", async (gpu) => {
  const rules = sparseRules(Tensor.empty(gpu, [0, 4], "i32"), { shape: [4, 4, 4], kernelSize: 3 });
  const x = variable(Tensor.empty(gpu, [0, 4]));
  const weight = variable(Tensor.from(gpu, new Float32Array(2 * 27 * 4).fill(1), [2, 3, 3, 3, 4]));
  const bias = variable(Tensor.from(gpu, [1, 2]));
  const y = sparseConv3d(x, rules, weight, { bias }).retain();
  assertEquals(y.shape, [0, 2]);
  backward(y, Tensor.empty(gpu, [0, 2]));
  assertEquals(await weight.gradient!.read("f32"), new Float32Array(weight.size));
  assertEquals(await bias.gradient!.read("f32"), new Float32Array(2));
  assertEquals(x.gradient!.shape, [0, 4]);
});

gpuTest("sparseConv3d of 25600 rows, the same bits every time", async (gpu) => {
  const [rows, channels] = [25600, 16];
  const grid = { shape: [60, 60, 12], kernelSize: 3 };
  const cells = new Int32Array(3 * rows);
  noise(1, 3 * rows, 0, 1).forEach((v, i) => cells[i] = Math.floor(v * grid.shape[i % 3]!));
  const x = noiseArray(2, [rows, channels]);
  const weight = noiseArray(3, [channels, 3, 3, 3, channels]);
  const pairs = sparsePairs(cells, 3, grid);
  const expected = reference(x, weight, null, pairs);
  const gradients = sparseConv3dBackward(x, weight, x, pairs);
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const [input, weights] = [variable(upload(x)), variable(upload(weight))];
  const runs = [];
  for (let run = 0; run < 2; run++) {
    const rules = sparseRules(Tensor.from(gpu, cells, [rows, 3]), grid);
    const y = sparseConv3d(input, rules, weights).retain();
    backward(y, upload(x));
    runs.push([
      await y.read("f32"),
      await input.gradient!.read("f32"),
      await weights.gradient!.read("f32"),
    ]);
    input.gradient = weights.gradient = null;
  }
  const [y, dx, dweight] = runs[0]!;
  // Some hundred terms of size one in a value; some thousand in a weight's gradient.
  assertClose(y!, expected.data, { atol: 1e-4, rtol: 1e-4 }, "y");
  assertClose(dx!, gradients.dx, { atol: 1e-4, rtol: 1e-4 }, "dx");
  assertClose(dweight!, gradients.dweight, { atol: 2e-3, rtol: 1e-4 }, "dweight");
  assertEquals(runs[0], runs[1]);
});

gpuTest("sparseConv3d names the tensor of the wrong shape", (gpu) => {
  const rules = sparseRules(Tensor.zeros(gpu, [2, 3], "i32"), { shape: [4, 4, 4], kernelSize: 3 });
  assertThrows(
    () => sparseConv3d(Tensor.zeros(gpu, [2, 4]), rules, Tensor.zeros(gpu, [5, 5, 5, 5, 4])),
    RangeError,
    'Cannot run sparseConv3d: "weight" must be [outputs=5, 3, 3, 3, inputs=4], got [5, 5, 5, 5, 4]',
  );
});
