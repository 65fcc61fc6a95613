import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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

gpuTest("vectors of odd and tiny sizes add right without timestamps too", async (gpu) => {
  for (const size of [1, 63, 65, 70_001]) {
    const { wrong, milliseconds } = await addVectors(gpu, { size, runs: 1 });
    assertEquals(wrong, 0);
    assert(milliseconds > 0);
  }
}, { disable: ["timestamps"] });
