import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { officialOf, printOfficial } from "../../cli/official.ts";
import { UsageError } from "../../cli/command_line/usage_error.ts";
import type { EvaluationReport } from "../../mod.ts";
import { keepingTerminal } from "./keeping_terminal.ts";

const NOTHING = { randomWeights: false };

// What is said, and of which words.
const REFUSED: readonly [words: Parameters<typeof officialOf>[0], said: string][] = [
  [{ ...NOTHING, weights: "w.pth" }, "it goes with --official"],
  [{ ...NOTHING, official: "superocc_t" }, "--weights must name its file"],
  [{ ...NOTHING, official: "superocc_t", weights: "w.pth", preset: "demo" }, "with --preset"],
  [
    { randomWeights: true, official: "sq1600", weights: "w.pth", resumeFrom: "a" },
    "with --resume-from and --random-weights",
  ],
];

for (const [words, said] of REFUSED) {
  Deno.test(`eval refuses ${Object.keys(words).join(", ")}: ${said}`, () => {
    assertStringIncludes(assertThrows(() => officialOf(words), UsageError).message, said);
  });
}

Deno.test("eval --official prints the published figures and the difference", () => {
  assertEquals(officialOf(NOTHING), null);
  const published = officialOf({ ...NOTHING, official: "superocc_t", weights: "w.pth" })!;
  const terminal = keepingTerminal();
  const result = {
    samples: 2,
    split: "val",
    iou: 34.92,
    referenceMiou: 22.4,
    measures: {},
    classes: [{ name: "barrier", iou: 0.2 }],
  } as unknown as EvaluationReport;
  printOfficial(published, result, terminal);
  const printed = terminal.out.join("\n").split("\n").map((line) => line.trim().split(/\s{2,}/));
  assertEquals(printed.slice(0, 4), [
    ["class", "here %", "published %", "difference"],
    ["barrier", "20.00", "21.35", "-1.35"],
    ["mIoU", "22.40", "22.48", "-0.08"],
    ["IoU", "34.92", "34.91", "+0.01"],
  ]);
  assertStringIncludes(terminal.out.join("\n"), "here 2 of val");
});
