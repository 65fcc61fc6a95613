import { assertEquals, assertThrows } from "@std/assert";
import { compact } from "../../../gpu/parallel/compact.ts";
import { indirectGroups } from "../../../gpu/parallel/indirect_groups.ts";
import { Kernel } from "../../../gpu/kernel.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../support.ts";

for (const size of [0, 1, 63, 4096, 10007]) {
  gpuTest(`compact ${size} values`, async (gpu) => {
    const flags = Uint32Array.from(noise(size, size, -2, 3), (v) => Math.max(0, Math.floor(v)));
    const values = Uint32Array.from(noise(5, size, 0, 2 ** 32), Math.floor);
    const positions = flags.keys().filter((i) => flags[i]! !== 0).toArray();
    const input = Tensor.from(gpu, flags);
    for (const given of [null, values]) {
      const { kept, count } = compact(input, given && Tensor.from(gpu, given));
      assertEquals([...await count.read("u32")], [positions.length]);
      assertEquals(
        [...(await kept.read("u32")).subarray(0, positions.length)],
        given ? positions.map((i) => given[i]!) : positions,
      );
    }
  });
}

const SOURCE = `// Adds one for each thread; one thread is one item.
@group(0) @binding(0) var<storage, read_write> hits: array<atomic<u32>>;
@compute @workgroup_size(1)
fn main() {
  atomicAdd(&hits[0], 1u);
}
`;

gpuTest("counts on the GPU become workgroups", async (gpu) => {
  const groups = indirectGroups(Tensor.from(gpu, new Uint32Array([7, 1000])), {
    at: 1,
    perGroup: 3,
    chunks: 4,
    perChunk: 300,
  });
  assertEquals(
    await groups.read("u32"),
    new Uint32Array([100, 1, 1, 100, 1, 1, 100, 1, 1, 34, 1, 1]),
  );
  const many = indirectGroups(Tensor.from(gpu, new Uint32Array([200000])));
  const [x, y] = await many.read("u32");
  assertEquals(y! > 1 && x! * y! >= 200000 && x! * y! < 200000 + y!, true);
  const hits = Tensor.zeros(gpu, [1], "u32");
  new Kernel("tests/count.wgsl", SOURCE).dispatch(gpu, { hits }, {}, {
    indirect: groups,
    offset: 9,
  });
  assertEquals(await hits.read("u32"), new Uint32Array([34]));
});

gpuTest("compact says what is wrong", (gpu) => {
  const flags = Tensor.zeros(gpu, [4], "u32");
  assertThrows(() => compact(flags, Tensor.zeros(gpu, [3], "u32")), RangeError, "3 values, 4");
  assertThrows(() => compact(flags, Tensor.zeros(gpu, [4])), TypeError, '"values" must be u32');
});
