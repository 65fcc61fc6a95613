import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { candidates, COMPLETION_SCRIPTS } from "../../../cli/command_line/completion.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";
import { completion } from "../../../cli/commands/completion.ts";
import { COMMANDS } from "../../../cli/commands/table.ts";
import { keepingTerminal } from "../keeping_terminal.ts";

const MAIN = fromFileUrl(new URL("../../../cli/main.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));

/** What is typed, the last word unfinished, and what may stand there; "…" for more of them. */
const TYPED: readonly [words: string[], expected: string[]][] = [
  [["tr"], ["train"]],
  [["he"], []],
  [["help", "spl"], ["splat"]],
  [["splat", "t"], ["train", "transform"]],
  [["splat", "train", "--quick", "--qu"], ["--quiet"]],
  [["train", "--preset", "de"], ["demo"]],
  [["train", "--work-dir", ""], []],
  [["train", "--work-dir", "o", "--stage", ""], ["model", "initializer"]],
  [["train", "--steps", ""], []],
  [["data", "inspect", ""], []],
  [["data", "inspect", "--no"], ["--no-values"]],
  [["nosuch", ""], []],
  [["constructor", ""], []],
];
for (const [words, expected] of TYPED) {
  Deno.test(`completed: ${words.join(" ")}▁`, async () => {
    assertEquals((await candidates(COMMANDS, words)).map(([word]) => word), expected);
  });
}

Deno.test("all commands and all options of a command are offered, with what they mean", async () => {
  assertEquals((await candidates(COMMANDS, [""])).map(([word]) => word), Object.keys(COMMANDS));
  const options = await candidates(COMMANDS, ["train", ""]);
  assert(options.length > 20 && options.every(([, meaning]) => meaning.length > 2));
});

Deno.test("a shell that is not known is refused", async () => {
  await assertRejects(
    () => completion.run(["tcsh"], keepingTerminal()),
    UsageError,
    "bash, zsh, fish",
  );
});

const bash = await new Deno.Command("bash", { args: ["-c", "true"] }).output()
  .then(({ success }) => success, () => false);
if (!bash) console.log("skipped: completion in bash, which is not here");
Deno.test({
  name: "bash completes by its script",
  ignore: !bash,
  async fn() {
    const script = [
      `voxsplat() { "${Deno.execPath()}" run -A --no-check --config "${CONFIG}" "${MAIN}" "$@"; }`,
      COMPLETION_SCRIPTS.bash,
      `COMP_WORDS=(voxsplat splat tra); COMP_CWORD=2; _voxsplat; echo "\${COMPREPLY[@]}"`,
      `COMP_WORDS=(voxsplat report den); COMP_CWORD=2; cd "$1"; _voxsplat; echo "\${COMPREPLY[@]}"`,
    ].join("\n");
    const root = fromFileUrl(new URL("../../../", import.meta.url));
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script, "bash", root],
    }).output();
    const text = new TextDecoder();
    const lines = text.decode(stdout).trim().split("\n").map((line) => line.split(" ").sort());
    assertEquals(lines, [["train", "transform"], ["deno.json", "deno.lock"]], text.decode(stderr));
  },
});

Deno.test("installed, the program works from any folder", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = async (program: string, ...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args,
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder();
      assertEquals(code, 0, text.decode(stderr));
      return text.decode(stdout);
    };
    const install = ["install", "-g", "-A", "--root", folder, "--config", CONFIG];
    await run(Deno.execPath(), ...install, "-n", "voxsplat", MAIN);
    const program = join(folder, "bin", Deno.build.os === "windows" ? "voxsplat.cmd" : "voxsplat");
    const own = ["run", "-A", "--config", CONFIG, MAIN, "help", "splat", "train"];
    assertEquals(await run(program, "help", "splat", "train"), await run(Deno.execPath(), ...own));
    assertEquals((await run(program, "op", "list", "--json")).split("\n").length > 10, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
