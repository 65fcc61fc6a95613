import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { FollowedRun } from "../../../model/view/followed_run.ts";

const LOCK = new URL("../../../data/files/folder_lock.ts", import.meta.url).href;

const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));

/** Holds a folder's lock as a training does, says what it hears, and ends when it is told to. */
const TRAINING = `
  import { FolderLock } from ${JSON.stringify(LOCK)};
  const lock = FolderLock.take(Deno.args[1]);
  const say = (text) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\\n"));
  Deno.addSignalListener("SIGUSR1", () => say("save"));
  Deno.addSignalListener("SIGTERM", () => { say("stop"); lock[Symbol.dispose](); Deno.exit(0); });
  let beats = 0;
  setInterval(() => say("beat " + beats++), 20);
  say("ready");
`;

/** A process that trains in a folder, as its command line says, or does something else there. */
async function inRun(
  name: "train" | "knit",
  work: (folder: string, said: string[], ended: Promise<unknown>) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const folder = join(root, "run");
  const script = join(root, "training.ts");
  await Deno.writeTextFile(script, TRAINING);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, script, name, folder],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said: string[] = [];
  const reading = child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void said.push(...text.trim().split("\n")) }),
  );
  try {
    await until(() => said.includes("ready"));
    await work(folder, said, child.status);
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await Promise.all([child.status, reading]);
    await Deno.remove(root, { recursive: true });
  }
}

async function until(is: () => boolean): Promise<void> {
  for (let i = 0; !is(); i++) {
    assert(i < 2000, "it never came to that");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test({
  name: "a run is paused, goes on, saves and stops by the signals that it hears already",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRun("train", async (folder, said, ended) => {
      await Deno.writeTextFile(join(folder, "run.json"), `{"iterations": 600}`);
      const run = new FollowedRun(folder, join(folder, "run.json"));
      const first = run.state(10);
      assertEquals(first, {
        running: true,
        paused: false,
        step: 10,
        steps: 600,
        rate: null,
        words: ["pause", "save", "stop"],
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { rate } = run.state(20);
      assert(rate !== null && rate > 10 && rate < 201, `${rate} it/s`);

      await run.ask("pause");
      assertEquals(run.state(20).words, ["go on", "save", "stop"]);
      assertEquals([run.state(20).paused, run.state(20).rate], [true, null]);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const beats = said.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
      assertEquals(said.length, beats);
      await run.ask("go on");
      await until(() => said.length > beats);
      await run.ask("save");
      await until(() => said.includes("save"));
      await run.ask("pause");
      await run.ask("stop"); // what is paused hears it too
      await ended;
      assertEquals(said.at(-1), "stop");
      assertEquals([run.state(20).running, run.state(20).words], [false, []]);
      await assertRejects(() => run.ask("stop"), Error, "Cannot stop: no training goes on in");
    }),
});

Deno.test({
  name: "a process that is no training is left alone",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRun("knit", async (folder, said) => {
      const run = new FollowedRun(folder, join(folder, "run.json"));
      assertEquals(run.state(1).steps, null);
      await assertRejects(() => run.ask("stop"), Error, "is no training on this machine");
      const beats = said.length;
      await until(() => said.length > beats);
    }),
});
