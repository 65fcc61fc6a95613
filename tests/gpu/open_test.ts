import { assert, assertEquals, assertRejects } from "@std/assert";
import { prepareVulkan } from "../../cli/driver.ts";
import { Gpu } from "../../gpu/device.ts";
import { add } from "../../gpu/ops/array/elementwise/binary.ts";
import { Tensor } from "../../gpu/tensor.ts";

prepareVulkan();

function hostTest(name: string, body: () => Promise<void>) {
  Deno.test({ name, sanitizeResources: false, sanitizeOps: false, fn: body });
}

async function three(gpu: Gpu): Promise<number[]> {
  return [...await add(Tensor.from(gpu, [1]), Tensor.from(gpu, [2])).read("f32")];
}

hostTest("a device of the host's is used as it is and stays open", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const device = await adapter.requestDevice();
  for (let time = 0; time < 2; time++) {
    const gpu = await Gpu.open({ device });
    assertEquals(await three(gpu), [3]);
    assertEquals([gpu.limits.maxStorageBuffersPerShaderStage, gpu.has.subgroups], [8, false]);
    gpu.destroy();
  }
  device.destroy();
});

hostTest("an adapter of the host's gives what it lists", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const listed = adapter.features.has("subgroups" as GPUFeatureName);
  const gpu = await Gpu.open({ adapter });
  assertEquals(await three(gpu), [3]);
  assertEquals(gpu.has.subgroups, listed);
  assertEquals(gpu.limits.maxBufferSize, adapter.limits.maxBufferSize);
  gpu.destroy();
});

hostTest("an implementation of the host's is asked in place of the own one", async () => {
  let asked = 0;
  const gpu = {
    requestAdapter: (options?: GPURequestAdapterOptions) => {
      asked++;
      return navigator.gpu.requestAdapter(options);
    },
  } as GPU;
  const opened = await Gpu.open({ gpu });
  assertEquals(await three(opened), [3]);
  assert(asked > 0);
  opened.destroy();
  const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  const error = await assertRejects(
    () => Gpu.open({ gpu: none }),
    Error,
    "no WebGPU adapter answers",
  );
  assert("hint" in error);
});

hostTest("what is disabled is not used, nor is it of a device that has it", async () => {
  const gpu = await Gpu.open({ disable: ["timestamps"] });
  assertEquals(gpu.has.timestamps, false);
  gpu.destroy();
  const adapter = (await navigator.gpu.requestAdapter())!;
  if (!adapter.features.has("timestamp-query")) return;
  const device = await adapter.requestDevice({ requiredFeatures: ["timestamp-query"] });
  for (const [disable, has] of [[[], true], [["timestamps"], false]] as const) {
    assertEquals((await Gpu.open({ device, disable })).has.timestamps, has);
  }
  device.destroy();
});
