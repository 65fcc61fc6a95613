import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { exclusiveScan, inclusiveScan } from "../../../gpu/parallel/scan.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { GRAPHICS } from "../../../gpu/tuning.ts";
import { scan as reference } from "../../reference/parallel/scan.ts";
import { gpuTest, noise } from "../../support.ts";

function integers(seed: number, size: number, below: number): Uint32Array {
  return Uint32Array.from(noise(seed, size, 0, below), Math.floor);
}

async function checkScans(gpu: Gpu, size: number): Promise<void> {
  using _scope = gpu.scope();
  const data = integers(size, size, 9);
  const x = Tensor.from(gpu, data);
  const flags = data.map((value) => Number(value !== 0));
  assertEquals(await exclusiveScan(x).read("u32"), reference(data).subarray(0, size));
  assertEquals(await exclusiveScan(x, { total: true }).read("u32"), reference(data));
  assertEquals(await inclusiveScan(x).read("u32"), reference(data).subarray(1));
  assertEquals(
    await exclusiveScan(x, { total: true, flags: true }).read("u32"),
    reference(flags),
  );
}

const SIZES = [0, 1, 2, 255, 4095, 4096, 4097, 20011, 4096 * 31 + 5];

gpuTest("scans of many lengths", async (gpu) => {
  for (const size of SIZES) await checkScans(gpu, size);
});

for (const capability of ["f16", "subgroups"] as const) {
  gpuTest(`scans with the kernels for GPUs, without ${capability}`, async (gpu) => {
    for (const size of SIZES) await checkScans(gpu, size);
  }, { disable: [capability], tuning: GRAPHICS });
}

gpuTest("a scan of three levels, modulo 2^32", async (gpu) => {
  const data = new Uint32Array(4096 * 4096 + 77);
  for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i, 0x9e3779b9) >>> 0) % 1000;
  const sums = await inclusiveScan(Tensor.from(gpu, data)).read("u32");
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    sum = (sum + data[i]!) >>> 0;
    if (sums[i] !== sum) assertEquals(sums[i], sum, `at ${i}`);
  }
});

gpuTest("a scan of more than one binding", async (gpu) => {
  for (const size of [8191, 8192, 16384, 70001]) await checkScans(gpu, size);
}, { tuning: { mostBound: 4 * 8192 } });

gpuTest("a scan of floats is refused", (gpu) => {
  assertThrows(
    () => exclusiveScan(Tensor.zeros(gpu, [4])),
    TypeError,
    'Cannot run exclusiveScan: "x" must be u32, got f32',
  );
});
