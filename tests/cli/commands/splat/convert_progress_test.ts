import { assertEquals } from "@std/assert";
import { ConvertProgress } from "../../../../cli/commands/splat/convert_progress.ts";
import type { ProgressEvent } from "../../../../cli/terminal/progress.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";

const WORD = "few photos were placed: they overlap too little";
const CASES: [placed: number, photos: number, said: string[]][] = [
  [16, 16, ["16 of 16 photos placed, 9 points, mean error 0.50 pixels"]],
  [15, 16, ["15 of 16 photos placed, 9 points, mean error 0.50 pixels; without a place: 15.jpg"]],
  [3, 5, ["3 of 5 photos placed, 9 points, mean error 0.50 pixels; without a place: 3.jpg, 4.jpg"]],
  [2, 4, [
    WORD,
    "2 of 4 photos placed, 9 points, mean error 0.50 pixels; without a place: 2.jpg, 3.jpg",
  ]],
];
for (const [placed, photos, said] of CASES) {
  Deno.test(`a conversion ends with what came of it: ${placed} of ${photos}`, () => {
    const terminal = keepingTerminal();
    const unplaced = Array.from({ length: photos - placed }, (_, i) => `${placed + i}.jpg`);
    new ConvertProgress(terminal, "colmap")
      .draw({ type: "placed", placed, photos, points: 9, error: 0.5, unplaced });
    assertEquals(terminal.err.map((line) => line.startsWith(WORD) ? WORD : line), said);
  });
}

const COUNTS: Readonly<Record<string, [step: string, line: string, unit: string, done: number]>> = {
  "features by photo": ["feature_extractor", "Processed file [3/16]", "photo", 3],
  "matches by block": ["exhaustive_matcher", "Matching block [1/2, 2/3]", "block", 2],
  "places by photo": ["mapper", "Registering image #5 (3)", "photo", 3],
};
for (const [name, [step, line, unit, done]] of Object.entries(COUNTS)) {
  Deno.test(`a step of COLMAP counts ${name}`, () => {
    const drawn: ProgressEvent[] = [];
    const terminal = {
      ...keepingTerminal(),
      progress: { draw: (event: ProgressEvent) => void drawn.push(event) },
    };
    const progress = new ConvertProgress(terminal, "colmap");
    progress.draw({ type: "command", words: [step], log: "colmap.log" });
    progress.line(line);
    progress.end();
    const [started, counted, end] = drawn as [
      ProgressEvent & { unit?: string },
      ...ProgressEvent[],
    ];
    assertEquals([started.unit, counted, end], [unit, { type: "step", done }, {
      type: "finished",
    }]);
  });
}
