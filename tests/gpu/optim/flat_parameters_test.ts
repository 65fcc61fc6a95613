import { assertEquals } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { FlatParameters } from "../../../gpu/optim/flat_parameters.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../support.ts";

// Of each group; one that is larger than a binding of the narrow run, and one of a single value.
const SIZES = [[7, 20011, 64], [1, 300, 18000]];
const RATES = [1e-2, 3e-3];
// Backward leaves nothing for this one at some steps.
const FORGOTTEN = 300;

function gradientOf(gpu: Gpu, size: number, step: number): Tensor | null {
  if (size === FORGOTTEN && step > 1) return null;
  return gpu.lasting(() => Tensor.from(gpu, Float32Array.from(noise(step * size, size))));
}

/** Three clipped steps on parameters apart or side by side; all values and moments, the norms, the dispatches of the last. */
async function train(gpu: Gpu, flat: boolean) {
  const groups = SIZES.map((sizes) =>
    sizes.map((size) => new Parameter(gpu, [size], Float32Array.from(noise(size, size))))
  );
  const parameters = groups.flat();
  // As of a run that is resumed.
  parameters[1]!.ensureMoments()[0].write(Float32Array.from(noise(1, SIZES[0]![1]!)));
  const together = flat ? new FlatParameters(gpu, groups) : null;
  const figures: number[][] = [];
  let dispatches = 0;
  for (let step = 1; step <= 3; step++) {
    for (const { value } of parameters) value.gradient = gradientOf(gpu, value.size, step);
    using _scope = gpu.scope();
    const before = gpu.commands.dispatches;
    together?.gatherGradients();
    together?.gatherMoments();
    const { norm, factor, brokenTotal } = clipNorm(parameters.map((p) => p.gradient!), 35);
    adamw(
      groups.map((parameters, i) => ({
        parameters: together?.stretches(i) ?? parameters,
        rate: RATES[i]!,
        weightDecay: 0.1,
      })),
      { step, factor, broken: brokenTotal },
    );
    dispatches = gpu.commands.dispatches - before;
    if (together) together.zeroGradients();
    else for (const parameter of parameters) parameter.zeroGradient();
    figures.push([...await norm.read("f32")]);
  }
  const tensors = parameters.flatMap(({ value, moments }) => [value, ...moments!]);
  const numbers = await Promise.all(tensors.map((tensor) => tensor.read("f32")));
  together?.release();
  for (const parameter of parameters) parameter.release();
  return { numbers, figures, dispatches };
}

async function compare(gpu: Gpu, dispatches: number): Promise<void> {
  const apart = await train(gpu, false);
  const before = gpu.memory.inUse;
  const together = await train(gpu, true);
  assertEquals(together.numbers, apart.numbers);
  assertEquals(together.figures, apart.figures);
  assertEquals(together.dispatches, dispatches);
  assertEquals(gpu.memory.inUse, before, "all memory is given back");
}

gpuTest(
  "parameters side by side take the same steps to the bit, a dispatch for each group",
  (gpu) => compare(gpu, 2 + SIZES.length),
);

// 20011 values alone are two pieces of a binding, 18000 as well; what goes before each fits one.
gpuTest("side by side where a binding holds less than one of them", (gpu) => compare(gpu, 14), {
  tuning: { mostBound: 4 * 16384 },
});

gpuTest("broken gradients are told by parameter wherever they lie", async (gpu) => {
  const parameters = [3, 5, 70].map((size) => new Parameter(gpu, [size]));
  const [first, second, third] = parameters as [Parameter, Parameter, Parameter];
  const flat = new FlatParameters(gpu, [[third, first], [second]]);
  second.gradient!.write(Float32Array.of(1, NaN, 0, Infinity, 2));
  third.gradient!.write(new Float32Array(70).fill(-Infinity));
  flat.gatherGradients();
  const { broken } = clipNorm(parameters.map((p) => p.gradient!), 1);
  assertEquals([...await broken.read("u32")], [0, 2, 70]);
});
