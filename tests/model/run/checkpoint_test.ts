import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { restore } from "../../../model/occupancy/training/occupancy_trainee.ts";
import { readCheckpoint } from "../../../model/occupancy/training/training_state.ts";
import { Initializer } from "../../../model/init.ts";
import { Linear } from "../../../model/layers/linear.ts";
import { gpuTest } from "../../support.ts";
import { saveModule, STATE } from "./saved_module.ts";

gpuTest(
  "a checkpoint holds weights, moments and state, and its folder names the latest",
  async (gpu) => {
    const folder = await Deno.makeTempDir();
    try {
      const saved = new Linear(new Initializer(gpu, 1), 3, 2);
      saved.bias.ensureMoments();
      saved.weight.ensureMoments()[1].write(Float32Array.of(1, 2, 3, 4, 5, 6));
      const path = await saveModule(folder, saved, 12);
      assertEquals(path, join(folder, "step_000012.safetensors"));
      await saveModule(folder, saved, 24);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "latest",
        "step_000012.safetensors",
        "step_000024.safetensors",
      ]);
      const checkpoint = await readCheckpoint(folder);
      const { version: _version, ...state } = checkpoint.state;
      assertEquals(state, { ...STATE, trainee: "occupancy", step: 24 });
      const other = new Linear(new Initializer(gpu, 2), 3, 2);
      restore({ module: other }, checkpoint);
      assertEquals(await other.tensors(), await saved.tensors());
      assertEquals([...await other.weight.moments![1].read("f32")], [1, 2, 3, 4, 5, 6]);
      assertEquals([...await other.bias.moments![0].read("f32")], [0, 0]);
      const { "bias": _, ...moments } = checkpoint.moments;
      assertThrows(
        () => restore({ module: other }, { ...checkpoint, moments }),
        RangeError,
        'no moments of the optimizer for 1 of 2 trained parameters, "bias" first',
      );
      const wider = new Linear(new Initializer(gpu, 1), 4, 2);
      assertThrows(
        () => restore({ module: wider }, checkpoint),
        RangeError,
        "its weights do not fit the model",
      );
      for (const module of [saved, other, wider]) module.release();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

gpuTest("a missing or truncated checkpoint is named", async (gpu) => {
  const folder = await Deno.makeTempDir();
  try {
    await assertRejects(
      () => readCheckpoint(join(folder, "none")),
      Error,
      "there is no such checkpoint",
    );
    await assertRejects(() => readCheckpoint(folder), Error, 'names no "latest" one');
    const module = new Linear(new Initializer(gpu, 1), 3, 2);
    const path = await saveModule(folder, module, 12);
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 5));
    await assertRejects(() => readCheckpoint(path), SyntaxError, path);
    module.release();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
