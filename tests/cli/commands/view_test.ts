import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { view } from "../../../cli/commands/view.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { inFolder, writeKeyFrames } from "../view/scenes.ts";

const MAIN = new URL("../../../cli/main.ts", import.meta.url).pathname;

Deno.test({
  name: "view says where it serves, and ends on Ctrl-C",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await writeKeyFrames(folder, 1);
      const program = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", MAIN, "view", folder, "--port", "0", "--json"],
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const lines = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const { value } = await lines.read();
      const { url, kind } = JSON.parse(value!);
      assertEquals(kind, "occupancy");
      // A connection that a browser keeps open must not hold the end up.
      const { hostname, port } = new URL(url);
      using connection = await Deno.connect({ hostname, port: Number(port) });
      await connection.write(
        new TextEncoder().encode(`GET /data/state HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
      );
      const answer = new Uint8Array(4096);
      assertStringIncludes(
        new TextDecoder().decode(answer.subarray(0, (await connection.read(answer))!)),
        "200 OK",
      );
      const started = performance.now();
      program.kill("SIGINT");
      const { code, signal } = await program.status;
      assertEquals([code, signal], [0, null]);
      assert(performance.now() - started < 5000, "it took long to end");
      assertEquals(await new Response(program.stderr).text(), "");
      await lines.cancel();
    }),
});

Deno.test("view names what it cannot show", () =>
  inFolder(async (folder) => {
    const refuses = async (path: string, message: string, type: new () => Error = Error) => {
      await assertRejects(
        () => view.run([path, "--port", "0"], keepingTerminal()),
        type,
        message,
      );
    };
    const path = (name: string) => join(folder, name);
    await refuses(path("none"), `Cannot view "${path("none")}": there is no such file or folder`);
    await refuses(folder, `Cannot view "${folder}": it holds no scene, key frame or training run`);
    await Deno.writeTextFile(path("notes.txt"), "no splats");
    await refuses(path("notes.txt"), "it holds no trained Gaussians of a known kind", SyntaxError);
    await Deno.writeTextFile(path("cut.npz"), "PK");
    await refuses(path("cut.npz"), path("cut.npz"));
    const other = writeNpz({ depth: { dtype: "uint8", shape: [1], data: new Uint8Array(1) } });
    await Deno.writeFile(path("other.npz"), other as Uint8Array<ArrayBuffer>);
    await refuses(path("other.npz"), `Cannot read "semantics" of "${path("other.npz")}"`);
  }));
