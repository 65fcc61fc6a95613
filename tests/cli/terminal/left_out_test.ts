import { assertEquals } from "@std/assert";
import { type LeftOut, tellAbsent, tellLeftOut } from "../../../cli/terminal/left_out.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import type { Terminal } from "../../../cli/terminal/terminal.ts";

/** A terminal under `--quiet`: remarks are lost. */
function quiet(): { terminal: Terminal; said: string[] } {
  const terminal = keepingTerminal();
  return { terminal: { ...terminal, note: () => {} }, said: terminal.err };
}

const CASES: readonly [LeftOut, string[]][] = [
  [{}, []],
  [{ skipped: 0, firstSkipped: null, unlabelled: 0, steps: 0, evaluated: 0 }, []],
  [{ steps: 1 }, ["warning: 1 step left out for gradients that are not finite"]],
  [
    { skipped: 3, firstSkipped: 'Cannot read "a.jpg": there is no such file' },
    [
      "warning: 3 key frames left out for broken or missing files, the first: " +
      'Cannot read "a.jpg": there is no such file',
    ],
  ],
  [
    { unlabelled: 6, evaluated: 1 },
    [
      "warning: no label names a class in 6 key frames: all is free space or ignored; " +
      "is it the right folder of labels?",
      "warning: no label names a class in 1 evaluated key frame: all is free space or ignored; " +
      "is it the right folder of labels?",
    ],
  ],
];

Deno.test("what was left out is told under --quiet too, and nothing where nothing was", () => {
  for (const [leftOut, expected] of CASES) {
    const { terminal, said } = quiet();
    tellLeftOut(leftOut, terminal);
    assertEquals(said, expected);
  }
});

Deno.test("classes that no label has are named, if not all are there", () => {
  const told = (seen: readonly number[]) => {
    const terminal = keepingTerminal();
    tellAbsent(
      seen.map((count, i) => ({ name: ["car", "traffic_cone"][i]!, seen: count })),
      terminal,
    );
    return terminal.err;
  };
  assertEquals(told([1, 2]), []);
  assertEquals(told([1, 0]), ["no label names traffic cone"]);
  assertEquals(told([0, 0]), ["no label names any class"]);
});
