import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describeFailure } from "../../../cli/terminal/failure.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

Deno.test("an error is one line, its causes and its hint", () => {
  const cause = Object.assign(new RangeError("offset 12 is past the end"), { hint: "fetch again" });
  const error = new SyntaxError(`Cannot read "a.npz": it is cut short`, { cause });
  assertEquals(describeFailure(error), {
    lines: [
      `error: Cannot read "a.npz": it is cut short`,
      "  because: RangeError: offset 12 is past the end",
      "  hint: fetch again",
    ],
    code: 1,
  });
});

Deno.test("what the system refused is told with the path first", () => {
  const error = new Deno.errors.PermissionDenied("Permission denied (os error 13): mkdir 'a/b'");
  assertEquals(describeFailure(error).lines, [
    'error: Cannot make the folder "a/b": Permission denied',
  ]);
  const named = new Error(`Cannot write "c": ${error.message}`, { cause: error });
  assertEquals(describeFailure(named).lines, [
    `error: Cannot write "c": Permission denied (os error 13): mkdir 'a/b'`,
    '  because: Cannot make the folder "a/b": Permission denied',
  ]);
});

Deno.test("a mistake on the command line has code 2", () => {
  const { lines, code } = describeFailure(new UsageError("Cannot read this", "try that"));
  assertEquals(lines, ["error: Cannot read this", "  hint: try that"]);
  assertEquals(code, 2);
});

Deno.test("the stack shows only on demand", () => {
  const error = new Error("Cannot go on: broken");
  assertEquals(describeFailure(error).lines.length, 1);
  assert(describeFailure(error, { debug: true }).lines.join("\n").includes("failure_test.ts"));
});

Deno.test("anything thrown can be told", () => {
  assertEquals(describeFailure("text").lines, ["error: text"]);
  assertEquals(describeFailure(undefined).lines, ["error: undefined"]);
  assertEquals(describeFailure(new Deno.errors.Busy("")).lines, ["error: Busy: Busy"]);
  const loop = new Error("a");
  loop.cause = loop;
  assertEquals(describeFailure(loop).lines, ["error: a"]);
});

/** What the engine says where a program is wrong or the memory ends. */
const ENGINE: Readonly<Record<string, readonly [blamed: string, () => unknown]>> = {
  null: ["a fault of voxsplat", () => (null as any).map],
  "not a function": ["a fault of voxsplat", () => ("" as any).toFixed(2)],
  BigInt: ["a fault of voxsplat", () => (1n as any) + 1],
  "BigInt of a fraction": ["a fault of voxsplat", () => BigInt(1.5)],
  "no such name": ["a fault of voxsplat", () => (globalThis as any).eval("nobodyKnows")],
  "endless calls": ["a fault of voxsplat", function again(): unknown {
    return [again()];
  }],
  "a list": ["memory of this machine", () => new Array(2 ** 33)],
  "a typed array": ["memory of this machine", () => new Float64Array(2 ** 50)],
  digits: ["a fault of voxsplat", () => (1).toFixed(1000)],
};
for (const [name, [blamed, work]] of Object.entries(ENGINE)) {
  Deno.test(`what the engine throws is called by its name: ${name}`, () => {
    const { lines, code } = describeFailure(assertThrows(work));
    assertEquals(code, 1);
    assertMatch(lines[0]!, new RegExp(`^error: Cannot go on: .*${blamed}`));
    assertMatch(lines[1]!, /^ {2}because: (Type|Range|Reference)Error: /);
    assertMatch(lines[2]!, /^ {2}hint: .*--debug/);
  });
}

Deno.test("a fault below our own words is told as one, unless there is better advice", () => {
  const cause = assertThrows(() => (null as any).map, TypeError);
  const error = new Error('Cannot read "a": it is broken', { cause });
  assertMatch(describeFailure(error).lines.at(-1)!, /hint: this looks like a fault of voxsplat/);
  const advised = Object.assign(new Error('Cannot read "a": broken', { cause }), { hint: "mend" });
  assertEquals(describeFailure(advised).lines.at(-1), "  hint: mend");
  const told = new SyntaxError("Unexpected token", { cause: new RangeError("offset 12 is past") });
  assertEquals(describeFailure(told).lines.length, 2);
});

Deno.test("what is thrown on purpose is no fault", () => {
  const error = new RangeError('Cannot read "a.npz": it has 2 arrays, it must have 3');
  assertEquals(describeFailure(error).lines, [`error: ${error.message}`]);
});

Deno.test("a reader that left is no failure", () => {
  assertEquals(describeFailure(new Deno.errors.BrokenPipe("gone")), { lines: [], code: 0 });
});
