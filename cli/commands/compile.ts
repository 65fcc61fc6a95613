import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { defineCommand } from "../command_line/command.ts";
import { JSON_OPTION } from "../command_line/options.ts";

const FLOORS = ["cli", "data", "gpu", "loss", "model"];
// Workers are named by URLs, which the module graph does not follow, and models are read as files.
const INCLUDED = /_worker\.ts$|\/shipped\/[^/]+\.(safetensors|json)$/;

/** `voxsplat compile`. */
export const compile = defineCommand({
  summary: "Make one program of it all, with kernels, workers and packages inside",
  needs: ["read", "write", "env", "run"],
  examples: ["", "--out out/voxsplat --target x86_64-pc-windows-msvc"],
  options: {
    out: { type: "string", value: "FILE", help: "The program", default: "out/voxsplat" },
    target: {
      type: "string",
      value: "TRIPLE",
      help: "The system it is for, this one unless given",
      choices: [
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
        "x86_64-apple-darwin",
        "aarch64-apple-darwin",
        "x86_64-pc-windows-msvc",
      ],
    },
    json: JSON_OPTION,
  },
  async run({ out, target, json }, terminal) {
    if (Deno.build.standalone) {
      throw new Error("Cannot compile: this is the compiled program, the sources are needed");
    }
    const root = dirname(dirname(dirname(fromFileUrl(import.meta.url))));
    const output = resolve(out);
    await Deno.mkdir(dirname(output), { recursive: true });
    const args = [
      "compile",
      "--allow-all",
      "--no-check",
      "--exclude-unused-npm",
      "--output",
      output,
    ];
    if (target !== undefined) args.push("--target", target);
    for (const path of await includedFiles(root)) args.push("--include", path);
    const { progress } = terminal;
    progress.draw({ type: "started", label: "compiling", unit: "second" });
    let seconds = 0;
    // Deno does not say how far it is.
    const clock = setInterval(() => progress.draw({ type: "step", done: ++seconds }), 1000);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args, "cli/main.ts"],
      cwd: root,
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output().finally(() => clearInterval(clock));
    progress.draw({ type: "finished", text: success ? "compiled" : "not compiled" });
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (!success) {
      throw Object.assign(
        new Error(`Cannot compile: deno says "${text.trim().replace(/\s*\n\s*/g, "; ")}"`),
        {
          hint: "deno compile downloads its runtime from dl.deno.land; " +
            "DENORT_BIN names one that is there already",
        },
      );
    }
    terminal.note(text.trim());
    const program = output + (target?.includes("windows") && !out.endsWith(".exe") ? ".exe" : "");
    if (json) terminal.printJson({ program, target: target ?? Deno.build.target });
    else terminal.print(program);
  },
});

/** The files below `root` that the program needs beside its module graph, as paths from there. */
async function includedFiles(root: string): Promise<string[]> {
  const included: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(join(root, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (INCLUDED.test(path)) included.push(path);
    }
  };
  for await (const entry of Deno.readDir(root)) {
    if (entry.isDirectory && FLOORS.includes(entry.name)) await walk(entry.name);
  }
  return included.sort();
}
