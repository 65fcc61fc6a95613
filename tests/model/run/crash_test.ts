import { assert, assertEquals } from "@std/assert";
import { sweepTemporaryFiles } from "../../../data/files/temporary_files.ts";
import { readCheckpoint } from "../../../model/occupancy/training/training_state.ts";
import { Initializer } from "../../../model/init.ts";
import { Linear } from "../../../model/layers/linear.ts";
import { gpuTest } from "../../support.ts";
import { saveModule } from "./saved_module.ts";

/** What ends a process at an operation on files: before it, after it, or half way through a write. */
type Moment = "before" | "half" | "after";

/** Stands for the end of the process: no operation on files after it has an effect. */
class Killed extends Error {}

/** Runs `body` and ends it at its n-th operation on files; tells which that was, or null if there are fewer. */
async function killedAt(
  n: number,
  moment: Moment,
  body: () => Promise<unknown>,
): Promise<string | null> {
  const { openSync, renameSync, removeSync } = Deno;
  const { writeSync, syncSync } = Deno.FsFile.prototype;
  let operations = 0;
  let reached: string | null = null;
  const at = <A extends unknown[], R>(
    name: string,
    real: (...args: A) => R,
    half?: (...args: A) => unknown,
  ) =>
    function (this: unknown, ...args: A): R {
      if (reached) throw new Killed();
      if (++operations !== n) return real.apply(this, args);
      reached = name;
      if (moment === "half") half?.apply(this, args);
      if (moment === "after") real.apply(this, args);
      throw new Killed();
    };
  try {
    Deno.openSync = at("open", openSync);
    Deno.renameSync = at("rename", renameSync);
    Deno.removeSync = at("remove", removeSync);
    Deno.FsFile.prototype.syncSync = at("sync", syncSync);
    Deno.FsFile.prototype.writeSync = at(
      "write",
      writeSync,
      function (this: Deno.FsFile, bytes: Uint8Array) {
        writeSync.call(this, bytes.subarray(0, bytes.length >> 1));
      },
    );
    await body();
  } catch (error) {
    if (!reached) throw error;
  } finally {
    Object.assign(Deno, { openSync, renameSync, removeSync });
    Object.assign(Deno.FsFile.prototype, { writeSync, syncSync });
  }
  return reached;
}

gpuTest(
  "a save that is killed anywhere leaves the old checkpoint or the whole new one",
  async (gpu) => {
    const module = new Linear(new Initializer(gpu, 1), 3, 2);
    module.weight.ensureMoments();
    module.bias.ensureMoments();
    const seen = new Set<string>();
    let newer = 0;
    for (const moment of ["before", "half", "after"] as const) {
      for (let n = 1;; n++) {
        const folder = await Deno.makeTempDir();
        try {
          const resumed = await saveModule(folder, module, 10, { keep: 1 });
          const reached = await killedAt(
            n,
            moment,
            () => saveModule(folder, module, 20, { keep: 1, resumed }),
          );
          const { state: found, weights } = await readCheckpoint(folder);
          assert(found.step === 10 || found.step === 20, `step ${found.step}`);
          assertEquals(weights["weight"]!.data, await module.weight.value.read("f32"));
          if (!reached) {
            assertEquals(found.step, 20);
            break;
          }
          seen.add(reached);
          newer += Number(found.step === 20);
          // The next run clears away what was left, and its own save is whole.
          sweepTemporaryFiles([folder]);
          await saveModule(folder, module, 20, { keep: 1, resumed });
          assertEquals((await readCheckpoint(folder)).state.step, 20);
          assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
            "latest",
            "step_000020.safetensors",
          ]);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      }
    }
    assertEquals([...seen].sort(), ["open", "remove", "rename", "sync", "write"]);
    assert(newer > 0);
    module.release();
  },
);
