import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { UsageError } from "../../../cli/command_line/usage_error.ts";
import type { VulkanDevice } from "../../../cli/gpus/vulkan_devices.ts";
import { gpuNamed, listedGpus } from "../../../cli/gpus/wanted_gpu.ts";
import { firstThere, SWIFTSHADER } from "../../drivers/run_tests.ts";

const CLI = fromFileUrl(new URL("../../../cli", import.meta.url));

const gpu = (name: string, pci: string | null): VulkanDevice => ({
  name,
  software: pci === null,
  vendor: 1,
  device: 1,
  pci,
});
const LISTED = [
  gpu("NVIDIA H200", "0000:01:00.0"),
  gpu("NVIDIA H200", "0000:41:00.0"),
  gpu("AMD Radeon", "0000:02:00.0"),
  gpu("AMD Radeon Pro", "0000:03:00.0"),
  gpu("llvmpipe (LLVM 15.0.6, 256 bits)", null),
];

Deno.test("a GPU is chosen by number, name, part of a name or place; what says none or several is refused", () => {
  const table: [wanted: string, number | RegExp][] = [
    ["0", 0],
    ["4", 4],
    ["amd radeon", 2],
    ["radeon pro", 3],
    ["LLVMpipe", 4],
    ["0000:41:00.0", 1],
    ["41:00", 1],
    ["5", /there is none such, it must be one of 0 "NVIDIA H200" at 0000:01:00\.0, 1 /],
    ["-1", /none such/],
    ["intel", /none such/],
    ["", /none such/],
    ["h200", /by "h200": 2 are called so/],
    ["NVIDIA H200", /2 are called so/],
  ];
  for (const [wanted, expected] of table) {
    if (typeof expected === "number") {
      assertEquals(gpuNamed(LISTED, wanted), LISTED[expected], wanted);
    } else assertMatch(assertThrows(() => gpuNamed(LISTED, wanted), UsageError).message, expected);
  }
  assertThrows(() => gpuNamed([], "0"), UsageError, "it must be one of none");
});

Deno.test("every command that opens a GPU takes --gpu", async () => {
  const folders = ["commands", "commands/data", "commands/demo", "commands/splat"];
  let opening = 0;
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(join(CLI, folder))) {
      if (!name.endsWith(".ts")) continue;
      const source = await Deno.readTextFile(join(CLI, folder, name));
      if (!/\bopen(Model)?Gpu\(/.test(source)) continue;
      opening++;
      assertMatch(source, /^ {2}gpu: true,$/m, name);
    }
  }
  assertEquals(opening > 10, true);
});

const swiftshader = firstThere(SWIFTSHADER);
const several = Deno.build.os === "linux" && swiftshader !== null && listedGpus() !== null;
if (!several) console.log("skipped: choosing among two GPUs needs Linux, Vulkan and SwiftShader");

async function doctor(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const drivers = [...Deno.readDirSync("/usr/share/vulkan/icd.d")]
    .filter(({ name }) => name.startsWith("lvp_")).map(({ name }) =>
      `/usr/share/vulkan/icd.d/${name}`
    );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"],
      ...[join(CLI, "main.ts"), "doctor", "--json", ...words],
    ],
    env: { VK_DRIVER_FILES: [...drivers, swiftshader].join(":"), NO_COLOR: "1", ...variables },
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, said: said!, report: code === 0 ? JSON.parse(out!) : null };
}

Deno.test({
  name: "--gpu and VOXSPLAT_GPU have Deno's own WebGPU open the one that is meant",
  ignore: !several,
  async fn() {
    const table: [string[], Record<string, string>, RegExp][] = [
      [["--gpu", "swiftshader"], {}, /SwiftShader/],
      [[], { VOXSPLAT_GPU: "llvmpipe" }, /llvmpipe/],
    ];
    for (const [words, variables, name] of table) {
      const { report, said } = await doctor(words, variables);
      assertEquals(report?.gpus.length, 2, said);
      assertMatch(report.gpu.adapter, name);
      assertEquals(said, "");
    }
    const { code, said } = await doctor(["--gpu", "h100"]);
    assertEquals(code, 2);
    assertMatch(said, /Cannot take GPU "h100": there is none such, it must be one of 0 "/);
  },
});
