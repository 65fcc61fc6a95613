import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { doctor, examine } from "../../../cli/commands/doctor.ts";
import { addVectors } from "../../../cli/commands/vector_add.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { gpuTest } from "../../support.ts";

gpuTest("doctor names the adapter and finds that it adds right", async () => {
  const report = await examine();
  assertEquals(report.problem, null);
  const gpu = report.gpu!;
  assert(gpu.adapter !== "");
  assertEquals(gpu.check.wrong, 0);
  assert(gpu.check.milliseconds > 0);
  assert(gpu.limits.maxStorageBufferBindingSize! >= 128 * 2 ** 20);
  assertEquals(Object.keys(gpu.capabilities).length, 4);
});

gpuTest("doctor --json prints one object, and plain text names what matters", async () => {
  const json = keepingTerminal();
  assertEquals(await doctor.run(["--json"], json), 0);
  assertEquals(json.out.length, 1);
  const report = JSON.parse(json.out[0]!);
  const plain = keepingTerminal();
  assertEquals(await doctor.run([], plain), 0);
  for (const word of [report.gpu.adapter, "f32Atomics", "maxBufferSize", "sums right"]) {
    assertStringIncludes(plain.out.join("\n"), word);
  }
});

gpuTest("without a session of a desktop Vulkan's drivers print nothing", async () => {
  const env = Deno.env.toObject();
  for (const name of ["XDG_RUNTIME_DIR", "NODEVICE_SELECT"]) delete env[name];
  const main = fromFileUrl(new URL("../../../cli/main.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", "--allow-env", "--allow-sys", main, "doctor"],
    clearEnv: true,
    env,
    stdout: "null",
  }).output();
  assertEquals(code, 0);
  assert(!new TextDecoder().decode(stderr).includes("XDG_RUNTIME_DIR"));
});

gpuTest("vectors of odd and tiny sizes add right without timestamps too", async (gpu) => {
  for (const size of [1, 63, 65, 70_001]) {
    const { wrong, milliseconds } = await addVectors(gpu, { size, runs: 1 });
    assertEquals(wrong, 0);
    assert(milliseconds > 0);
  }
}, { disable: ["timestamps"] });
