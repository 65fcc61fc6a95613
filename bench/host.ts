import type { Gpu } from "../gpu/device.ts";
import { add } from "../gpu/ops/array/elementwise/binary.ts";
import { layerNorm } from "../gpu/ops/nn/norm/layer_norm.ts";
import { linear } from "../gpu/ops/nn/gemm/linear.ts";
import { adamw } from "../gpu/optim/adamw.ts";
import { clipNorm } from "../gpu/optim/clip_norm.ts";
import { Parameter } from "../gpu/parameter.ts";
import { backward } from "../gpu/tape.ts";
import { Tensor } from "../gpu/tensor.ts";
import { filled } from "./filled.ts";
import { inOwnMemory } from "./harness.ts";

/** What a long training step costs the host. */
export interface HostCost {
  readonly dispatches: number;
  /** Of host time for each dispatch, all checks and bookkeeping included (µs). */
  readonly microseconds: number;
  /** Besides, within `queue.submit` (µs): software adapters finish the last submit there. */
  readonly submitMicroseconds: number;
}

const CHANNELS = 16;
const STEPS = 7;

/**
 * Times encoding and submitting of training steps of many layers, each a linear, a layer norm and a
 * sum, on so few values that the GPU has next to nothing to do; the fastest of seven steps.
 */
export function measureHost(gpu: Gpu, { layers = 110 } = {}): Promise<HostCost> {
  return inOwnMemory(gpu, async () => {
    const model = Array.from({ length: layers }, () => ({
      weight: new Parameter(gpu, [CHANNELS, CHANNELS]),
      bias: new Parameter(gpu, [CHANNELS]),
      scale: new Parameter(gpu, [CHANNELS]),
      shift: new Parameter(gpu, [CHANNELS]),
    }));
    const parameters = model.flatMap((layer) => Object.values(layer));
    const x = filled(gpu, [4, CHANNELS]);
    const dy = filled(gpu, [4, CHANNELS]);
    const probe = Tensor.zeros(gpu, [1]);
    const times: { encode: number; submit: number }[] = [];
    let dispatches = 0;
    using clock = submitClock(gpu.device.queue);
    for (let step = 1; step <= STEPS + 2; step++) {
      const before = gpu.commands.dispatches;
      clock.milliseconds = 0;
      const start = performance.now();
      trainingStep(gpu, { model, parameters, x, dy }, step);
      gpu.commands.submit();
      const submit = clock.milliseconds;
      // The first two steps compile kernels and fill pool and caches.
      if (step > 2) times.push({ encode: performance.now() - start - submit, submit });
      dispatches = gpu.commands.dispatches - before;
      await probe.read();
    }
    for (const parameter of parameters) parameter.release();
    const fastest = times.reduce((least, time) => time.encode < least.encode ? time : least);
    return {
      dispatches,
      microseconds: 1000 * fastest.encode / dispatches,
      submitMicroseconds: 1000 * fastest.submit / dispatches,
    };
  });
}

/** Adds up the time spent in a queue's `submit` until it is disposed of. */
function submitClock(queue: GPUQueue): { milliseconds: number } & Disposable {
  const clock = {
    milliseconds: 0,
    [Symbol.dispose]: () => Reflect.deleteProperty(queue, "submit"),
  };
  const submit = (commands: GPUCommandBuffer[]) => {
    const start = performance.now();
    GPUQueue.prototype.submit.call(queue, commands);
    clock.milliseconds += performance.now() - start;
  };
  Object.defineProperty(queue, "submit", { value: submit, configurable: true });
  return clock;
}

interface Layers {
  model: { weight: Parameter; bias: Parameter; scale: Parameter; shift: Parameter }[];
  parameters: Parameter[];
  x: Tensor;
  dy: Tensor;
}

function trainingStep(gpu: Gpu, { model, parameters, x, dy }: Layers, step: number): void {
  using _scope = gpu.scope();
  let y = x;
  for (const { weight, bias, scale, shift } of model) {
    const z = linear(y, weight.value, bias.value, { activation: "relu" });
    y = layerNorm(add(y, z), scale.value, shift.value);
  }
  backward(y, dy);
  const gradients = parameters.map(({ gradient }) => gradient!);
  const { factor, brokenTotal } = clipNorm(gradients, 35);
  adamw([{ parameters, rate: 1e-4 }], { step, factor, broken: brokenTotal });
  for (const parameter of parameters) parameter.zeroGradient();
}
