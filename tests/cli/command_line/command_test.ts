import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type CommandTable, defineCommand, runCommand } from "../../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../../cli/command_line/options.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

const train = defineCommand({
  summary: "Train a model",
  options: {
    preset: { type: "string", help: "Which preset", choices: ["demo", "full"], default: "demo" },
    "work-dir": { type: "string", value: "DIR", help: "Where to write", required: true },
    steps: { type: "number", help: "How many steps", integer: true, min: 1 },
    lr: { type: "number", help: "Learning rate" },
    set: { type: "list", value: "PATH=VALUE", help: "Change a setting" },
    flip: { type: "boolean", help: "Leave pictures as they are", default: true },
    json: JSON_OPTION,
  },
  run(values, terminal) {
    const { preset, workDir, steps, lr, set, flip, json } = values;
    const typed: ["demo" | "full", string, number | undefined] = [preset, workDir, steps];
    terminal.printJson([...typed, lr, set, flip, json]);
  },
});

const table: CommandTable = {
  train: () => Promise.resolve(train),
  op: {
    summary: "Single operators",
    commands: {
      run: () =>
        Promise.resolve(defineCommand({
          summary: "Run one operator",
          arguments: {
            name: { help: "The operator" },
            in: { help: "Arrays" },
            out: { help: "Result", optional: true },
          },
          run({ name, in: input, out }, terminal) {
            terminal.print([name, input, out ?? "nowhere"].join(" "));
            return 3;
          },
        })),
      cat: () =>
        Promise.resolve(defineCommand({
          summary: "Join files",
          arguments: { files: { help: "Files", rest: true } },
          run: ({ files }, terminal) => terminal.print(files.join("+")),
        })),
    },
  },
};

async function run(line: string) {
  const terminal = keepingTerminal();
  const code = await runCommand(table, line.split(" ").filter(Boolean), terminal);
  return { code, out: terminal.out.join("\n"), err: terminal.err.join("\n") };
}

async function refused(line: string): Promise<string> {
  const error = await assertRejects(() => run(line), UsageError);
  return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`;
}

Deno.test("options arrive typed, by camelCase name, with their defaults", async () => {
  const { code, out } = await run("train --work-dir out");
  assertEquals([code, out], [0, `["demo","out",null,null,[],true,false]`]);
});

Deno.test("values are read with = or a space, negative numbers too, lists collect", async () => {
  const words = "--work-dir=a=b --steps 30 --lr -1e-4 --set x=1 --set=y=-2 --no-flip --json";
  const { out } = await run(`train ${words} --preset full`);
  assertEquals(out, `["full","a=b",30,-0.0001,["x=1","y=-2"],false,true]`);
});

Deno.test("a word after a switch is not its value", async () => {
  const terminal = keepingTerminal();
  await runCommand(table, ["op", "cat", "--quiet", "true", "2"], terminal);
  assertEquals(terminal.out, ["true+2"]);
});

Deno.test("words after -- are never options", async () => {
  const { out } = await run("op cat 1.0 -- --help --x");
  assertEquals(out, "1.0+--help+--x");
});

Deno.test("the returned number is the exit code", async () => {
  assertEquals(await run("op run add a.npz"), { code: 3, out: "add a.npz nowhere", err: "" });
});

const refusals: Record<string, string> = {
  "train --work-dir o --step 3":
    `Cannot read the command line: no option "--step" here | did you mean --steps?`,
  "train --work-dir o --qqqqqqq=3": `Cannot read the command line: no option "--qqqqqqq" here`,
  "train --work-dir o -x": `Cannot read the command line: no option "-x" here`,
  "train --work-dir o --__proto__=1": `Cannot read the command line: no option "--__proto__" here`,
  "train --work-dir o --constructor 1": `no option "--constructor" here`,
  "train": `Cannot run without "--work-dir"`,
  "train --work-dir": `Cannot read "--work-dir": a value must follow`,
  "train --work-dir --steps 1": `Cannot read "--work-dir": a value must follow`,
  "train --work-dir a --work-dir b": `Cannot read "--work-dir": given 2 times, it takes one value`,
  "train --work-dir o --steps many": `it must be a whole number from 1`,
  "train --work-dir o --steps 0": `it must be a whole number from 1`,
  "train --work-dir o --steps 1.5": `it must be a whole number from 1`,
  "train --work-dir o --lr Infinity": `Cannot read "--lr Infinity": it must be a number`,
  "train --work-dir o --preset dmeo": `it must be one of demo, full | did you mean demo?`,
  "train --work-dir o --preset dema": `it must be one of demo, full | did you mean demo?`,
  "train --work-dir o --json=yes": `Cannot read "--json=yes": --json is a switch`,
  "train --work-dir o word": `"word" is a word too many, it takes no words`,
  "op run": `Cannot run without NAME`,
  "op run a b c d": `"d" is a word too many, it takes name, in, out`,
  "train a --steps 3": `"a" is a word too many`,
  "op cat": `Cannot run without FILES`,
  "op lst": `Cannot run "op lst": no such command | the commands are run, cat`,
  "trian": `Cannot run "trian": no such command | did you mean train?`,
  "toString": `Cannot run "toString": no such command`,
  "--steps 3": `Cannot read "--steps": a command must come first`,
};
for (const [line, message] of Object.entries(refusals)) {
  Deno.test(`refused: ${line}`, async () => assertStringIncludes(await refused(line), message));
}

Deno.test("--help lists commands, groups and options", async () => {
  const all = await run("--help");
  assertEquals(all.code, 0);
  assertStringIncludes(all.out, "  train  Train a model\n  op     Single operators");
  assertStringIncludes((await run("op --help")).out, "Usage: voxsplat op COMMAND");
  const { code, out } = await run("train --work-dir --help"); // wins over mistakes beside it
  assertEquals(code, 0);
  assertStringIncludes(out, "Usage: voxsplat train [options]");
  assert(/--preset TEXT +Which preset \(default demo; one of demo, full\)/.test(out), out);
  assert(/--work-dir DIR +Where to write \(required\)/.test(out), out);
  assert(/--no-flip +Leave pictures/.test(out), out);
  assertStringIncludes((await run("op run -h")).out, "Usage: voxsplat op run NAME IN [OUT]");
});

Deno.test("a group may run something itself; its help names its commands too", async () => {
  const sing = (text: string) => () =>
    Promise.resolve(defineCommand({
      summary: `Sing ${text}`,
      options: { loud: { type: "boolean", help: "With all voices" } },
      run: ({ loud }, terminal) => terminal.print(`${text}${loud ? "!" : ""}`),
    }));
  const songs = { sing: { summary: "Songs", itself: sing("la"), commands: { low: sing("lo") } } };
  const sung = async (...words: string[]) => {
    const terminal = keepingTerminal();
    assertEquals(await runCommand(songs, words, terminal), 0);
    return terminal.out.join("\n");
  };
  assertEquals(await sung("sing"), "la");
  assertEquals(await sung("sing", "--loud"), "la!");
  assertEquals(await sung("sing", "low"), "lo");
  assertEquals(await sung("sing", "low", "--loud"), "lo!");
  for (const words of [["sing", "--help"], ["help", "sing"]]) {
    const help = await sung(...words);
    assertStringIncludes(help, "--loud");
    assert(/low +Sing lo/.test(help), help);
  }
  assert(!(await sung("sing", "low", "--help")).includes("Commands:"));
  await assertRejects(() => sung("sing", "high"), UsageError, `"sing high": no such command`);
});

Deno.test("a group without a command says what there is, on stderr, and is a mistake", async () => {
  const { code, out, err } = await run("op");
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, "Run one operator");
});
