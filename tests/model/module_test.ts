import { assertEquals, assertThrows } from "@std/assert";
import { Initializer } from "../../model/init.ts";
import { LayerNorm } from "../../model/layers/layer_norm.ts";
import { Linear } from "../../model/layers/linear.ts";
import { linearReluNorm } from "../../model/layers/mlp.ts";
import { Module } from "../../model/module.ts";
import { gpuTest } from "../support.ts";

class Inner extends Module {
  readonly fullName: Linear;
  constructor(init: Initializer) {
    super();
    this.fullName = new Linear(init, 2, 3);
  }
}

class Outer extends Module {
  readonly layers: [Inner, null, [LayerNorm]];
  readonly mlp;
  constructor(init: Initializer) {
    super();
    this.layers = [new Inner(init), null, [new LayerNorm(init, 3)]];
    this.mlp = linearReluNorm(init, { inputs: 3, channels: 2, inner: 1, outer: 1 });
  }
}

const KEYS = [
  "layers.0.full_name.weight",
  "layers.0.full_name.bias",
  "layers.2.0.weight",
  "layers.2.0.bias",
  "mlp.0.weight",
  "mlp.0.bias",
  "mlp.2.weight",
  "mlp.2.bias",
];

gpuTest("a module's keys are its property paths, as PyTorch writes them", (gpu) => {
  const outer = new Outer(new Initializer(gpu, 1));
  assertEquals([...outer.namedParameters()].map(([key]) => key), KEYS);
  outer.train(false);
  assertEquals(outer.layers[0].fullName.training, false);
  outer.layers[0].setTrainable(false);
  assertEquals(outer.trainableParameters().map(([key]) => key), KEYS.slice(2));
  outer.release();
});

gpuTest("weights go out and come back by key; the seed decides them", async (gpu) => {
  const first = new Outer(new Initializer(gpu, 1));
  const again = new Outer(new Initializer(gpu, 1));
  const other = new Outer(new Initializer(gpu, 2));
  const tensors = await first.tensors();
  assertEquals(await again.tensors(), tensors);
  const weight = "layers.0.full_name.weight";
  assertEquals(
    (await other.tensors())[weight]!.data.some((v, i) => v !== tensors[weight]!.data[i]),
    true,
  );
  other.load(tensors);
  assertEquals(await other.tensors(), tensors);
  for (const module of [first, again, other]) module.release();
});

gpuTest("all keys that do not fit are told at once, and nothing is loaded", async (gpu) => {
  const outer = new Outer(new Initializer(gpu, 1));
  const tensors = await outer.tensors();
  const { "mlp.0.bias": bias, ...rest } = tensors;
  const broken = {
    ...rest,
    "mlp.0.weight": { shape: [3, 2], data: new Float32Array(6) },
    "layers.2.0.bias": { shape: [3], data: new Float32Array(3).fill(7) },
    "head.extra": bias!,
  };
  assertThrows(
    () => outer.load(broken),
    RangeError,
    'Cannot load the weights: 1 missing (mlp.0.bias); 1 unexpected (head.extra); 1 misshapen ("mlp.0.weight" is [3,2], should be [2,3])',
  );
  assertEquals(await outer.tensors(), tensors);
  outer.load({ ...tensors, "head.extra": bias! }, { ignore: /^head\./ });
  outer.release();
});
