import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../gpu/device.ts";
import { Kernel } from "../../gpu/kernel.ts";
import { Parameter } from "../../gpu/parameter.ts";
import {
  accumulate,
  backward,
  backwardByLeaves,
  copyOf,
  noGradient,
  recompute,
  record,
  variable,
} from "../../gpu/tape.ts";
import { reshape } from "../../gpu/ops/array/move/reshape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { gpuTest } from "../support.ts";

const multiplyKernel = new Kernel(
  "tests/gpu/multiply.wgsl",
  `@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = a[id.x] * b[id.x]; }`,
);

function product(a: Tensor, b: Tensor): Tensor {
  const y = Tensor.empty(a.gpu, a.shape);
  multiplyKernel.dispatch(a.gpu, { a, b, y }, {}, { threads: a.size });
  return y;
}

function multiply(a: Tensor, b: Tensor): Tensor {
  return record("multiply", [a, b], product(a, b), (dy, [needsA, needsB]) => [
    needsA ? product(dy, b) : null,
    needsB ? product(dy, a) : null,
  ]);
}

function add(a: Tensor, b: Tensor): Tensor {
  const sum = copyOf(a);
  accumulate(sum, b);
  return record("add", [a, b], sum, (dy) => [dy, dy]);
}

const leaf = (gpu: Gpu, ...values: number[]) => variable(Tensor.from(gpu, values));
const values = async (tensor: Tensor | null) => [...await tensor!.read("f32")];

gpuTest("gradients of shared inputs add up: (x x + x) x", async (gpu) => {
  const x = leaf(gpu, 2, -3);
  backward(multiply(add(multiply(x, x), x), x), Tensor.from(gpu, [1, 1]));
  assertEquals(await values(x.gradient), [2, -3].map((v) => 3 * v * v + 2 * v));
});

gpuTest("one gradient passed to two inputs is not shared between them", async (gpu) => {
  const x = leaf(gpu, 2);
  const y = leaf(gpu, 5);
  const sum = add(x, y);
  backward(add(sum, multiply(sum, x)));
  assertEquals([await values(x.gradient), await values(y.gradient)], [[1 + 2 + 7], [1 + 2]]);
});

gpuTest("backward passes accumulate, and release what they are done with", async (gpu) => {
  const weight = new Parameter(gpu, [1], Float32Array.of(3));
  assertEquals(await values(weight.gradient), [0]);
  const inUse = gpu.memory.inUse;
  for (let i = 0; i < 3; i++) {
    using _step = gpu.scope();
    const x = Tensor.from(gpu, [2]);
    const inner = multiply(weight.value, x);
    backward(multiply(inner, inner));
    assertThrows(() => inner.alias(), Error, "released already");
  }
  assertEquals(gpu.memory.inUse, inUse);
  assertEquals(await values(weight.gradient), [3 * 2 * 3 * 2 * 2]);
  weight.zeroGradient();
  assertEquals(await values(weight.gradient), [0]);
  weight.release();
});

gpuTest("a checkpointed block gives the same gradients with less memory", async (gpu) => {
  const chain = (x: Tensor, weight: Tensor) => {
    let y = x;
    for (let i = 0; i < 8; i++) y = multiply(y, weight);
    return y;
  };
  const size = 4096;
  const run = async (checkpointed: boolean) => {
    using _scope = gpu.scope();
    const x = variable(Tensor.from(gpu, new Float32Array(size).fill(1)));
    const weight = variable(Tensor.from(gpu, new Float32Array(size).fill(1.5)));
    const y = checkpointed
      ? recompute([x, weight], (a, b) => [chain(a!, b!)])[0]!
      : chain(x, weight);
    const inUse = gpu.memory.inUse;
    backward(y, Tensor.from(gpu, new Float32Array(size).fill(1)));
    return { inUse, dx: (await values(x.gradient))[7], dw: (await values(weight.gradient))[9] };
  };
  const plain = await run(false);
  const less = await run(true);
  assertEquals([less.dx, less.dw], [plain.dx, plain.dw]);
  assertEquals(plain.dx, 1.5 ** 8);
  assertEquals((plain.inUse - less.inUse) / (4 * size), 7);
});

gpuTest("without recording nothing requires a gradient", (gpu) => {
  const x = leaf(gpu, 2);
  const y = noGradient(gpu, () => multiply(x, x));
  assertThrows(() => backward(y), Error, "depends on nothing");
  assertThrows(
    () => backward(multiply(leaf(gpu, 1, 2), leaf(gpu, 1, 2))),
    RangeError,
    "Cannot walk back from [2]",
  );
});

gpuTest("a parameter's rows are gathered together with its moments", async (gpu) => {
  const parameter = new Parameter(gpu, [4], Float32Array.of(1, 2, 3, 4));
  parameter.ensureMoments()[0].write(Float32Array.of(5, 6, 7, 8));
  parameter.resize((tensor) => {
    const part = Tensor.empty(gpu, [2]);
    gpu.commands.copyBuffer(tensor.buffer, 0, part.buffer, 0, 8);
    return part;
  });
  assertEquals(await values(parameter.value), [1, 2]);
  assertEquals(await values(parameter.moments![0]), [5, 6]);
  assertEquals(parameter.gradient!.shape, [2]);
  parameter.release();
});

gpuTest(
  "a parameter's gradient outlives the step, adds up, and is zeros before and after",
  async (gpu) => {
    const parameter = new Parameter(gpu, [2, 3]);
    assertEquals([...await parameter.gradient!.read()], [0, 0, 0, 0, 0, 0]);
    const x = Tensor.from(gpu, [1, 2, 3, 4, 5, 6], [6]);
    const step = () => {
      using _scope = gpu.scope();
      // The gradient arrives as an alias of another shape.
      const y = multiply(reshape(parameter.value, [6]), x);
      backward(y, Tensor.from(gpu, [1, 1, 1, 1, 1, 1]));
    };
    parameter.zeroGradient();
    const before = gpu.memory.inUse;
    step();
    assertEquals(parameter.gradient!.shape, [2, 3]);
    assertEquals([...await parameter.gradient!.read()], [1, 2, 3, 4, 5, 6]);
    step();
    assertEquals([...await parameter.gradient!.read()], [2, 4, 6, 8, 10, 12]);
    parameter.zeroGradient();
    assertEquals(gpu.memory.inUse, before);
    step();
    assertEquals([...await parameter.gradient!.read()], [1, 2, 3, 4, 5, 6]);
    parameter.trainable = false;
    assertEquals([parameter.gradient, gpu.memory.inUse], [null, before]);
    parameter.release();
  },
);

gpuTest("leaves are told of once nothing more is added to their gradients", async (gpu) => {
  const parameters = [2, 3, 5, 7, 11].map((value) =>
    new Parameter(gpu, [1], Float32Array.of(value))
  );
  const [x, inner, deep, twice] = parameters.map(({ value }) => value) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const loss = () => {
    // `twice` is wanted by the first operator and by one in a body that is run again.
    const first = multiply(x, twice);
    const [second] = recompute([first], (y) => {
      const [third] = recompute([y], (z) => [multiply(z, deep)]);
      return [multiply(multiply(third!, inner), twice)];
    });
    return multiply(second!, inner);
  };
  backward(loss());
  const expected = await Promise.all(parameters.map(({ gradient }) => values(gradient)));
  for (const parameter of parameters) parameter.zeroGradient();
  const told: number[] = [];
  for (const whole of backwardByLeaves(loss())) {
    for (const one of whole) {
      const at = parameters.findIndex(({ value }) => value === one);
      assertEquals(await values(one.gradient), expected[at]);
      told.push(at);
    }
  }
  // What the body holds, before what the first operator does; the one that nothing needs, never.
  assertEquals([told.slice(0, 2).sort(), told.slice(2).sort()], [[1, 2], [0, 3]]);
  for (const parameter of parameters) parameter.release();
});
