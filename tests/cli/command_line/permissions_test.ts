import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  type Command,
  commandPaths,
  type CommandTable,
} from "../../../cli/command_line/command.ts";
import { COMMANDS } from "../../../cli/commands/table.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { writeSafetensors } from "../../../data/formats/safetensors.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import config from "../../../deno.json" with { type: "json" };
import { withTinyScene } from "../../model/splat/tiny_scene.ts";
import { cloudSplats, writeKeyFrames } from "../view/scenes.ts";

const MAIN = fromFileUrl(new URL("../../../cli/main.ts", import.meta.url));
const tasks: Record<string, { readonly command: string }> = config.tasks;

/** The permissions that the task which runs a command asks for. */
function flagsOf(path: string): string[] {
  const { command } = tasks[path.split(" ")[0]!]!;
  return command.slice(command.lastIndexOf("deno run ")).match(/--allow-\S+/g) ?? [];
}

async function commandAt(path: string): Promise<Command | null> {
  let table: CommandTable = COMMANDS;
  let itself: (() => Promise<Command>) | undefined;
  for (const word of path.split(" ")) {
    const entry = table[word]!;
    if (typeof entry === "function") return await entry();
    ({ commands: table, itself } = entry);
  }
  return await itself?.() ?? null;
}

Deno.test("each task asks for what its commands need, and for nothing else", async () => {
  const needed = new Map<string, Set<string>>();
  for (const path of commandPaths(COMMANDS)) {
    const [task] = path.split(" ");
    const names = needed.get(task!) ?? new Set();
    needed.set(task!, names);
    for (const need of (await commandAt(path))?.needs ?? []) names.add(`--allow-${need}`);
  }
  for (const [task, names] of needed) {
    const asked = flagsOf(task).map((flag) => flag.replace(/=.*/, ""));
    assertEquals([...new Set(asked)].sort(), [...names].sort(), `deno task ${task}`);
  }
});

async function run(flags: readonly string[], words: readonly string[]) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...flags, MAIN, ...words],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

Deno.test("commands work with the permissions of their tasks", () =>
  withTinyScene(async (scene, path) => {
    const at = (name: string) => path(name);
    writeSafetensors(at("w.safetensors"), [["w", {
      dtype: "float32",
      shape: [2],
      data: Float32Array.of(1, 2),
    }]]);
    await writeSplats(at("a.ply"), cloudSplats(5, 0));
    await Deno.mkdir(at("frames"));
    await writeKeyFrames(at("frames"), 1);
    const int32 = (shape: number[], ...data: number[]) => ({
      shape,
      dtype: "int32" as const,
      data: Int32Array.from(data),
    });
    const miou = writeNpz({
      pred: int32([1, 2], 1, 2),
      labels: int32([1, 2], 1, 1),
      class_indices: int32([2], 1, 2),
      empty_label: int32([1], 17),
    });
    await Deno.writeFile(at("miou.npz"), miou as Uint8Array<ArrayBuffer>);
    const synth = ["--scenes", "2", "--val-scenes", "1", "--frames", "1", "--size", "32x18"];
    const splatTrain = [
      "splat",
      "train",
      "--iterations",
      "1",
      "--port",
      "0",
      "--random-points",
      "9",
    ];
    const calls: readonly (readonly string[])[] = [
      ["doctor"],
      ["op", "list"],
      ["op", "run", "miou", at("miou.npz"), at("out.npz")],
      ["data", "synth", "--out", at("data"), ...synth],
      ["data", "inspect", at("a.ply")],
      ["checkpoint", "inspect", at("w.safetensors")],
      ["checkpoint", "convert", at("w.safetensors"), at("v.safetensors")],
      ["train", "--preset", "demo", "--dry-run"],
      [...splatTrain, "-s", scene, "-m", at("model")],
      ["splat", "render", "-m", at("model")],
      ["splat", "transform", at("a.ply"), at("a.spz")],
      ["splat", "voxelize", at("a.ply"), at("v.npz"), "--voxel-size", "0.5"],
      ["report", at("model")],
    ];
    for (const words of calls) {
      const { code, err } = await run(flagsOf(words.slice(0, 2).join(" ")), words);
      assertEquals(code, 0, `${words.join(" ")}: ${err}`);
    }
    // What a command only reads needs no more than that; without it, the error names it.
    const minimal: readonly [flags: string[], words: string[]][] = [
      [["--allow-read", "--allow-env"], ["data", "inspect", at("a.ply")]],
      [["--allow-read", "--allow-env"], ["checkpoint", "inspect", at("w.safetensors")]],
    ];
    for (const [flags, words] of minimal) assertEquals((await run(flags, words)).code, 0);
    const { code, err } = await run(["--allow-env"], ["data", "inspect", at("a.ply")]);
    assert(code === 1 && /read access to/.test(err) && !/\n\s+at /.test(err), err);
  }));

Deno.test("a command gives up what it does not need before it runs", async () => {
  const program = `
    import { main } from ${JSON.stringify(`file://${MAIN}`)};
    import { defineCommand } from ${
    JSON.stringify(new URL("../../../cli/command_line/command.ts", import.meta.url))
  };
    const states = () => ["read", "write", "env", "sys", "net", "run", "ffi"]
      .filter((name) => Deno.permissions.querySync({ name }).state === "granted");
    const probe = defineCommand({
      summary: "Say what is left",
      needs: ["read", "net"],
      run: (_, terminal) => terminal.printJson(states()),
    });
    Deno.exit(await main(["probe"], { probe: () => Promise.resolve(probe) }));
  `;
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "probe.ts");
    await Deno.writeTextFile(file, program);
    const configFile = fromFileUrl(new URL("../../../deno.json", import.meta.url));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", configFile, file],
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    assertEquals(text.decode(stdout).trim(), `["read","net"]`, text.decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
