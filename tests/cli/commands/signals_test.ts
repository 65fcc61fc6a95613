import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readSplatCheckpoint } from "../../../model/splat/training/splat_checkpoint.ts";
import { withTinyScene } from "../../model/splat/tiny_scene.ts";

const MAIN = fromFileUrl(new URL("../../../cli/main.ts", import.meta.url));

/** Starts a training, sends it signals once it goes on, and returns how it ended and what it said. */
async function signalled(
  scene: string,
  model: string,
  signals: readonly Deno.Signal[],
  heard: (said: string) => boolean,
): Promise<{ code: number; said: string; since: number }> {
  const words = `splat train -s ${scene} -m ${model} --random-points 300 --sh_degree 0`;
  const more = "--iterations 100000 --disable_viewer --log-every 1 --test_iterations -1";
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, ...`${words} ${more}`.split(" ")],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const rest = [...signals];
  let said = "";
  let sent = 0;
  let since = 0;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (!since && sent && said.includes("after this step")) since = performance.now() - sent;
    const first = rest.length === signals.length;
    if (rest.length && (first ? said.includes("training 0/") : heard(said))) {
      // The first iterations compile the kernels, and what was asked to go on must have gone on.
      await new Promise((done) => setTimeout(done, 1500));
      sent = performance.now();
      child.kill(rest.shift()!);
    }
  }
  return { code: (await child.status).code, said, since };
}

/** Whether a port of this machine takes connections, as the system's table of sockets tells. */
function isOpen(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  try {
    return Deno.readTextFileSync("/proc/net/tcp").split("\n")
      .some((line) => new RegExp(`^\\s*\\d+: 0100007F:${hex} \\S+ 0A`).test(line));
  } catch {
    return false; // not on Linux
  }
}

const ignore = Deno.build.os === "windows";

for (const signal of ["SIGHUP", "SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} ends a training with a checkpoint and Gaussians, and is answered at once`,
    ignore,
    fn: () =>
      withTinyScene(async (scene, path) => {
        const { code, said, since } = await signalled(scene, path("m"), [signal], () => false);
        assertEquals(code, 130, said);
        const at = Number(/stopped at iteration (\d+) of 100000/.exec(said)![1]);
        const { checkpoint } = readSplatCheckpoint(path("m"));
        assertEquals(checkpoint.state.step, at);
        assert(Deno.statSync(join(path("m"), `point_cloud/iteration_${at}/point_cloud.ply`)).size);
        // A busy machine takes its time; without turns of the event loop it was ten iterations.
        assert(since > 0 && since < 5000, `answered after ${since} ms`);
      }),
  });
}

Deno.test({
  name: "SIGUSR1 saves and goes on, and the debugger that Deno opens is closed",
  ignore,
  fn: () =>
    withTinyScene(async (scene, path) => {
      let open = false;
      const saved = (said: string) => {
        if (!said.includes("Saving Checkpoint")) return false;
        open = isOpen(9229);
        return true;
      };
      const { code, said } = await signalled(scene, path("m"), ["SIGUSR1", "SIGTERM"], saved);
      assertEquals(code, 130, said);
      assertStringIncludes(said, "saving after this step, and going on");
      assert(!open, "the debugger's port is open");
      const saves = [...said.matchAll(/chkpnt(\d+)\.safetensors/g)].map(([, at]) => Number(at));
      assertMatch(said, /stopped at iteration \d+/);
      assert(new Set(saves).size === 2 && saves[0]! < saves.at(-1)!, said);
    }),
});
