import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { gpuTest } from "../support.ts";
import { run, TINY, withDataset } from "./tiny_run.ts";

const CONFIG = { ...TINY, optim: { ...TINY.optim, steps: 4 } };

/** A folder on a disk of its own with so many bytes, or null where none can be mounted. */
async function smallDisk(folder: string, bytes: number): Promise<AsyncDisposable | null> {
  const call = async (command: string, ...args: string[]) => {
    try {
      const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
      return (await new Deno.Command(command, options).output()).success;
    } catch {
      return false; // there is no such command
    }
  };
  await Deno.mkdir(folder);
  const mounted = Deno.build.os === "linux" &&
    await call("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder);
  if (!mounted) return null;
  return { [Symbol.asyncDispose]: async () => void await call("umount", folder) };
}

/** Makes writes fail as on a full disk once `bytes` were written. */
function fullAfter(bytes: number): Disposable {
  const { writeSync } = Deno.FsFile.prototype;
  let written = 0;
  Deno.FsFile.prototype.writeSync = function (chunk: Uint8Array) {
    if (written >= bytes) throw new Error("No space left on device (os error 28)");
    const done = writeSync.call(this, chunk.subarray(0, bytes - written));
    written += done;
    return done;
  };
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.writeSync = writeSync) };
}

gpuTest(
  "a full disk ends a run with its last whole checkpoint in place",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const probe = join(folder, "probe");
      await run(gpu, { dataDir, workDir: probe, config: CONFIG, saveEvery: 4 });
      const { size } = await Deno.stat(join(probe, "step_000004.safetensors"));

      const workDir = join(folder, "disk");
      const room = Math.floor(1.5 * size);
      await using disk = await smallDisk(workDir, room);
      if (!disk) console.log("no small disk can be mounted here, its errors are made up");
      const train = () => run(gpu, { dataDir, workDir, config: CONFIG, saveEvery: 2 });
      const failed = async () => {
        using _full = disk ? null : fullAfter(room);
        return await assertRejects(train, Error, "Cannot save step 4");
      };
      const error = await failed();
      const cause = error.cause as Error;
      assert(cause.message.includes(join(workDir, "step_000004.safetensors")), cause.message);
      assert(/No space left.*, after \d+ bytes$/.test(cause.message), cause.message);
      const { hint } = error as Error & { hint: string };
      assert(hint.includes('"step_000002.safetensors" is whole'), hint);
      assertEquals([...Deno.readDirSync(workDir)].map(({ name }) => name).sort(), [
        "config.json",
        "latest",
        "metrics.jsonl",
        "step_000002.safetensors",
        "tf",
      ]);
      // With room again it goes on to the bits of a run that was never stopped.
      const checkpoint = await readCheckpoint(workDir);
      const resumed = join(folder, "resumed");
      await run(gpu, { dataDir, workDir: resumed, config: CONFIG, checkpoint });
      const bytes = (dir: string) => Deno.readFile(join(dir, "step_000004.safetensors"));
      assertEquals(await bytes(resumed), await bytes(probe));
    }),
);
