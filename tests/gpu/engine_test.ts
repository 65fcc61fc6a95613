import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Gpu } from "../../gpu/device.ts";
import { Kernel } from "../../gpu/kernel.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { gpuTest } from "../support.ts";

const FILL = `
struct Uniforms { count: u32, start: u32 }
@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
override SIZE: u32 = 64;
@compute @workgroup_size(SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * SIZE;
  if (i < u.count) { y[i] = offset(i); }
}`;
const OFFSET = {
  path: "gpu/wgsl/offset.wgsl",
  source: "fn offset(i: u32) -> u32 { return i + u.start; }",
};
const fill = new Kernel("gpu/fill.wgsl", FILL, { include: [OFFSET] });

gpuTest("a kernel runs past 65 535 workgroups in two dimensions", async (gpu) => {
  const count = 65_535 * 8 + 77;
  const y = Tensor.empty(gpu, [count], "u32");
  fill.dispatch(gpu, { y }, { count, start: 5 }, { threads: count }, { SIZE: 4 });
  const got = await y.read("u32");
  assert(got.every((value, i) => value === i + 5));
});

gpuTest("dispatch names what is missing, unknown or of the wrong kind", (gpu) => {
  const y = Tensor.empty(gpu, [4], "u32");
  const run = (tensors: Record<string, Tensor>, uniforms: Record<string, number>) => () =>
    fill.dispatch(gpu, tensors, uniforms, { threads: 4 });
  assertThrows(run({}, { count: 4, start: 0 }), TypeError, 'tensor "y" is missing');
  assertThrows(run({ y }, { count: 4 }), TypeError, 'uniform "start" is missing');
  assertThrows(run({ y }, { count: 4, start: 0, end: 1 }), TypeError, 'no uniform "end"');
  assertThrows(
    run({ y: Tensor.empty(gpu, [4]) }, { count: 4, start: 0 }),
    TypeError,
    "must be u32",
  );
  y.release();
  assertThrows(run({ y }, { count: 4, start: 0 }), Error, "released already");
});

gpuTest("a compile error shows file, line and column, in the snippet too", async () => {
  const gpu = await Gpu.open();
  const bad = new Kernel("gpu/bad.wgsl", FILL, {
    include: [{
      path: "gpu/wgsl/bad_offset.wgsl",
      source: "// offset\nfn offset(i: u32) -> u32 { return 1.5; }",
    }],
  });
  const y = Tensor.empty(gpu, [4], "u32");
  bad.dispatch(gpu, { y }, { count: 4, start: 0 }, { threads: 4 });
  await assertRejects(() => y.read(), SyntaxError, "Cannot compile gpu/wgsl/bad_offset.wgsl:2:");
  gpu.destroy();
});

gpuTest("a kernel that does not compile fails its caller, and nobody else", async (gpu) => {
  const bad = new Kernel("gpu/bad.wgsl", FILL.replace("u32", "f32"));
  const y = Tensor.empty(gpu, [4], "u32");
  const run = (kernel: Kernel, start: number) =>
    kernel.dispatch(gpu, { y }, { count: 4, start }, { threads: 4 });
  for (let time = 0; time < 2; time++) {
    await assertRejects(
      async () => {
        run(bad, 0);
        await y.read();
      },
      SyntaxError,
      "Cannot compile gpu/bad.wgsl",
    );
    run(fill, time);
    assertEquals([...await y.read()], [time, time + 1, time + 2, time + 3]);
  }
}, {});

gpuTest("a scope returns its tensors to the pool, but for the kept one", (gpu) => {
  const before = gpu.memory.inUse;
  let kept: Tensor;
  {
    using scope = gpu.scope();
    Tensor.zeros(gpu, [1000]);
    kept = scope.keep(Tensor.zeros(gpu, [64]));
  }
  assertEquals(gpu.memory.inUse - before, 256);
  kept.release();
  assertEquals(gpu.memory.inUse, before);
});

gpuTest("scopes close in the reverse order of their opening", (gpu) => {
  const before = gpu.memory.inUse;
  const outer = gpu.scope();
  const inner = gpu.scope();
  Tensor.zeros(gpu, [64]);
  assertThrows(
    () => outer[Symbol.dispose](),
    Error,
    "Cannot close a scope: another one was opened",
  );
  assertEquals(gpu.memory.inUse - before, 256);
  inner[Symbol.dispose]();
  outer[Symbol.dispose]();
  assertEquals(gpu.memory.inUse, before);
});

gpuTest("what lasts outlives the scopes that are open, also where making it fails", (gpu) => {
  const before = gpu.memory.inUse;
  let lasting: Tensor;
  {
    using _scope = gpu.scope();
    lasting = gpu.lasting(() => Tensor.zeros(gpu, [64]));
    assertThrows(() => gpu.lasting(() => Tensor.from(gpu, [1], [2])), RangeError);
    Tensor.zeros(gpu, [1000]);
  }
  assertEquals(gpu.memory.inUse - before, 256);
  lasting.release();
});

gpuTest("the same bits under another type", async (gpu) => {
  const words = Tensor.from(gpu, new Uint32Array([0x3f800000, 0x40000000]), [1, 2]).as("f32");
  assertEquals([[...words.shape], [...await words.read("f32")]], [[1, 2], [1, 2]]);
  assertThrows(
    () => Tensor.zeros(gpu, [4], "u8").as("f32"),
    TypeError,
    "Cannot view [4] as f32: its bytes are packed four a word",
  );
});

gpuTest(
  "a recycled buffer written from the host does not disturb commands encoded before",
  async (gpu) => {
    const first = Tensor.from(gpu, new Uint32Array([1, 2, 3, 4]));
    const copy = Tensor.empty(gpu, [4], "u32");
    gpu.commands.copy(first, copy);
    first.release();
    const second = Tensor.from(gpu, new Uint32Array([9, 9, 9, 9]));
    assertEquals([...await copy.read("u32")], [1, 2, 3, 4]);
    assertEquals([...await second.read("u32")], [9, 9, 9, 9]);
  },
);

gpuTest("bytes are padded to words and read back whole", async (gpu) => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5]);
  assertEquals(await Tensor.from(gpu, bytes).read("u8"), bytes);
});

gpuTest("a later read resolves with the values of its own moment", async (gpu) => {
  const y = Tensor.empty(gpu, [4], "u32");
  const reads = [1, 2, 3].map((start) => {
    fill.dispatch(gpu, { y }, { count: 4, start }, { threads: 4 });
    return gpu.readback.later(y);
  });
  const got = (await Promise.all(reads)).map((bytes) => new Uint32Array(bytes)[0]);
  assertEquals(got, [1, 2, 3]);
});

gpuTest("a tensor over the adapter's limits is refused with the numbers", (gpu) => {
  const elements = gpu.limits.maxBufferSize / 4 + 1024;
  assertThrows(() => Tensor.empty(gpu, [elements]), RangeError, "this adapter allows");
  assertThrows(() => Tensor.from(gpu, [1, 2, 3], [2, 2]), RangeError, "it needs 4 values, got 3");
});

gpuTest("an unaligned or oversized binding is refused by name", (gpu) => {
  const x = Tensor.empty(gpu, [64, 3], "u32");
  assertThrows(
    () => fill.dispatch(gpu, { y: x.window(1, 3) }, { count: 6, start: 0 }, { threads: 6 }),
    RangeError,
    '"y" starts at byte 12',
  );
});

gpuTest("profiling counts calls and time by kernel", async (gpu) => {
  if (!gpu.has.timestamps) return console.log("skipped: no timestamp queries");
  const profiler = gpu.startProfile();
  const y = Tensor.empty(gpu, [4096], "u32");
  for (let i = 0; i < 3; i++) {
    fill.dispatch(gpu, { y }, { count: 4096, start: i }, { threads: 4096 });
  }
  const rows = await profiler.rows();
  profiler.stop();
  assertEquals(rows.map(({ kernel, calls }) => [kernel, calls]), [["fill", 3]]);
  assert(rows[0]!.milliseconds > 0);
});
