import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readSafetensorsHeader } from "../../../../data/formats/safetensors.ts";
import { majorityOf } from "../../../../model/occupancy/shipped/majority.ts";
import { cardOf, readModelCard } from "../../../../model/occupancy/shipped/model_card.ts";
import {
  orShipped,
  SHIPPED_MODELS,
  shippedFile,
} from "../../../../model/occupancy/shipped/shipped_models.ts";
import { gridDims } from "../../../../model/occupancy/config/model_config.ts";
import { sha256 } from "../../../../model/occupancy/evaluation/file_hash.ts";
import { Initializer } from "../../../../model/init.ts";
import { completeConfig, modelOf, presets } from "../../../../model/occupancy/table.ts";
import { readCheckpoint } from "../../../../model/occupancy/training/training_state.ts";
import {
  loadTrained,
  readTrainedWeights,
} from "../../../../model/occupancy/weights/trained_weights.ts";
import type { ModelConfig } from "../../../../model/occupancy/config/model_config.ts";
import { Gpu } from "../../../../gpu/device.ts";
import { gpuTest } from "../../../support.ts";

const MOST_BYTES = 8e6;

for (const name of Object.keys(SHIPPED_MODELS)) {
  Deno.test(`the card of "${name}" is of its very file, which is small and in 16 bits`, async () => {
    const file = shippedFile(name)!;
    const card = readModelCard(name);
    assertEquals([await sha256(file), Deno.statSync(file).size], [card.sha256, card.bytes]);
    assert(card.bytes <= MOST_BYTES, `${card.bytes} bytes`);
    const kinds = new Set(
      [...readSafetensorsHeader(file).tensors.values()].map(({ dtype }) => dtype),
    );
    assertEquals([...kinds].sort(), ["float16", "uint8"]);
    const { model, baseline, scenes } = card.test;
    assert(scenes >= 50 && model.miou! > baseline.miou!, "better than looking at nothing");
    assert(card.curve.length > 0 && card.recipe.startsWith("deno task demo:train"));
  });

  gpuTest(`"${name}" stands for a checkpoint whose weights fit its preset`, async (gpu) => {
    const weights = await readTrainedWeights(name);
    const { preset, config } = weights.state!;
    const trained = completeConfig(config as ModelConfig);
    // How long it is trained may change; what it is may not.
    const { optim } = trained;
    assertEquals({ ...presets[preset as keyof typeof presets], optim }, trained);
    const dry = Gpu.dry(gpu);
    loadTrained(modelOf(trained).network(new Initializer(dry, 1), trained), weights);
    const voxels = gridDims(trained.occupancy).reduce((product, size) => product * size);
    assertEquals(majorityOf(await readCheckpoint(name)).length, voxels);
  });
}

Deno.test("what lies at a path goes before a shipped model of that name", async () => {
  const [name] = Object.keys(SHIPPED_MODELS) as [string];
  assertEquals(orShipped(name), shippedFile(name));
  for (const other of ["no such model", "constructor", `./${name}`, ""]) {
    assertEquals([orShipped(other), shippedFile(other)], [other, null]);
  }
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, name);
    await Deno.mkdir(path);
    assertEquals(orShipped(path), path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a card lies beside its checkpoint", () => {
  assertEquals(cardOf("a/b.safetensors"), "a/b.json");
  assertThrows(() => readModelCard("nothing"), RangeError, `no shipped model is called "nothing"`);
});
