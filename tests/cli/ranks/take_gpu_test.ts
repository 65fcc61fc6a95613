import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { examineGpus, gpuRows } from "../../../cli/ranks/gpu_report.ts";
import { programHash } from "../../../cli/ranks/program_hash.ts";
import { readGpus, wordsOfRank } from "../../../cli/ranks/start_ranks.ts";
import { gpusOf } from "../../../cli/gpus/show_only.ts";
import { type VulkanDevice, vulkanDevices } from "../../../cli/gpus/vulkan_devices.ts";
import { chooseGpu } from "../../../cli/ranks/take_gpu.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

const card = (bus: number): VulkanDevice => ({
  name: "a card",
  software: false,
  vendor: 0x10de,
  device: 1,
  pci: `0000:0${bus}:00.0`,
});
const LLVMPIPE: VulkanDevice = {
  name: "llvmpipe",
  software: true,
  vendor: 0x10005,
  device: 0,
  pci: null,
};

Deno.test("--gpus is a number or a list, which the ranks are told", () => {
  const table: [string | undefined, ReturnType<typeof readGpus> | null][] = [
    [undefined, { count: 1, list: null }],
    ["4", { count: 4, list: null }],
    ["0,2,3", { count: 3, list: [0, 2, 3] }],
    ["0", null],
    ["2,2", null],
    ["1,", null],
    ["two", null],
    ["1025", null],
  ];
  for (const [text, expected] of table) {
    if (expected) assertEquals(readGpus(text), expected, text);
    else assertThrows(() => readGpus(text), UsageError, "--gpus");
  }
  assertEquals(wordsOfRank(["eval", "--gpus", "2", "--data", "2"]), ["eval", "--data", "2"]);
  assertEquals(wordsOfRank(["eval", "--gpus=2", "--gpus", "0,2"]), ["eval", "--gpus", "0,2"]);
});

Deno.test("each rank of a host takes a GPU of its own, by its number or the list", () => {
  const cards = gpusOf([card(3), LLVMPIPE, card(1), card(2)])!;
  assertEquals(cards.map(({ pci }) => pci![6]), ["1", "2", "3"]);
  const bus = (
    of: readonly VulkanDevice[],
    localRank: number,
    { list = null, shareGpu = false, localSize = 3 }: Partial<Parameters<typeof chooseGpu>[1]> = {},
  ) => chooseGpu(of, { localRank, localSize, list, shareGpu })?.pci?.[6] ?? null;
  const table: [string | null, string | null][] = [
    [bus(cards, 0), "1"],
    [bus(cards, 2), "3"],
    [bus(cards, 1, { list: [0, 2, 1] }), "3"],
    [bus(cards, 4, { shareGpu: true, localSize: 5 }), "2"],
    // A container shows each rank one.
    [bus([card(2)], 5, { localSize: 6 }), "2"],
    [bus([], 1), null],
  ];
  for (const [got, wanted] of table) assertEquals(got, wanted);
  assertThrows(() => bus(cards, 3, { localSize: 4 }), Error, "GPU 3: this host has 3, 0 ");
  assertThrows(() => bus(cards, 1, { list: [0, 7, 1] }), Error, "GPU 7");
  assertThrows(() => bus(cards, 1, { list: [0, 1] }), Error, "--gpus names 2");
});

Deno.test({
  name: "Vulkan's devices are those that WebGPU takes",
  ignore: Deno.build.os !== "linux" || vulkanDevices() === null,
  fn() {
    const devices = vulkanDevices()!;
    for (const { name, pci } of devices) {
      assertMatch(name, /^[\x20-\x7e]+$/);
      if (pci !== null) assertMatch(pci, /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d$/);
    }
    const { gpus, software } = examineGpus();
    assertEquals(gpus!.length + software.length, devices.length);
    assertEquals(
      gpuRows({
        libraries: [],
        launchers: [],
        gpus: [card(1), card(2)],
        software: [LLVMPIPE],
        cores: 2,
      }).slice(2),
      [["rank 0", "GPU 0, a card at 0000:01:00.0"], ["rank 1", "GPU 1, a card at 0000:02:00.0"]],
    );
  },
});

Deno.test("a program is known by its files", async () => {
  const hash = await programHash();
  assertMatch(hash, /^[0-9a-f]{8}$/);
  assertEquals(await programHash(), hash);
});
