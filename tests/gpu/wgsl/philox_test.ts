import { assertEquals } from "@std/assert";
import { Kernel } from "../../../gpu/kernel.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { philoxSnippet } from "../../../gpu/wgsl/philox.ts";
import { philox } from "../../reference/array/philox.ts";
import { gpuTest } from "../../support.ts";
import source from "./philox_words.wgsl" with { type: "text" };

const kernel = new Kernel("tests/gpu/wgsl/philox_words.wgsl", source, { include: [philoxSnippet] });

// Known answers of the authors' Random123 library for philox4x32 with 10 rounds.
const VECTORS = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

for (const { counter, key, words } of VECTORS) {
  gpuTest(`philox known answer for counter ${counter[0]!.toString(16)}…`, async (gpu) => {
    const y = Tensor.empty(gpu, [4], "u32");
    kernel.dispatch(gpu, { y }, { counter, key }, { groups: 1 });
    assertEquals([...await y.read("u32")], words);
    assertEquals(philox(counter, key), words);
  });
}
