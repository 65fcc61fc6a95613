import { assert, assertEquals } from "@std/assert";
import { describeFailure } from "../../cli/failure.ts";
import { UsageError } from "../../cli/usage_error.ts";

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
  assertEquals(describeFailure(new TypeError("")).lines, ["error: TypeError: TypeError"]);
  const loop = new Error("a");
  loop.cause = loop;
  assertEquals(describeFailure(loop).lines, ["error: a"]);
});

Deno.test("a reader that left is no failure", () => {
  assertEquals(describeFailure(new Deno.errors.BrokenPipe("gone")), { lines: [], code: 0 });
});
