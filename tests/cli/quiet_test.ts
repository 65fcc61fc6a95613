import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { writeSafetensors } from "../../data/formats/safetensors.ts";
import { writeSplats } from "../../data/splats/write_splats.ts";
import { madeUpSplats } from "../data/splats/made_up.ts";

const root = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

async function call(words: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(root, "cli/main.ts"), ...words],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("with --json --quiet, stdout is JSON and stderr is empty; without, lines tell how far it is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = (name: string) => join(folder, name);
    writeSafetensors(path("a.safetensors"), [["w", {
      dtype: "float32",
      shape: [2],
      data: Float32Array.of(1, 2),
    }]]);
    await writeSplats(path("a.ply"), madeUpSplats(5, 0));
    await Deno.mkdir(path("model"));
    await Deno.writeTextFile(path("model/cfg_args"), "Namespace(sh_degree=3)");
    const synth = ["--scenes", "1", "--frames", "1", "--size", "32x18"];
    const calls = [
      ["op", "list"],
      ["checkpoint", "inspect", path("a.safetensors")],
      ["checkpoint", "convert", path("a.safetensors"), path("b.safetensors")],
      ["data", "inspect", path("a.safetensors")],
      ["data", "synth", "--out", path("synth"), ...synth],
      ["splat", "transform", path("a.ply"), path("a.spz")],
      ["report", path("model")],
    ];
    const [told, ...quiet] = await Promise.all([
      call(["data", "synth", "--out", path("told"), ...synth, "--val-scenes", "0"]),
      ...calls.map((words) => call([...words, "--json", "--quiet"])),
    ]);
    quiet.forEach(({ code, out, err }, i) => {
      assertEquals([code, err], [0, ""], calls[i]!.join(" "));
      const lines = out.trim().split("\n");
      assert(lines.every((line) => typeof JSON.parse(line) === "object"), calls[i]!.join(" "));
    });
    // Not a terminal: whole lines, nothing drawn over.
    assertMatch(told!.err, /^making scenes 0\/1 0%\n/);
    assertMatch(told!.err, /making scenes: 1 key frame in [\d.]+ s\n$/);
    assertEquals(told!.err.includes("\r"), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
