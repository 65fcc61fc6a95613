import { join } from "@std/path";
import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { script, startApart, startRanks } from "./start.ts";
import type { StepFigures } from "./step_rank.ts";

/** `bench/ranks/main.ts step`: a step on one rank and on several, a core and a thread each. */
export const step = defineCommand({
  summary: "Time a step of one process, of several apart and as ranks, a core and a thread each",
  options: {
    scene: { type: "string", value: "DIR", help: "Splats on this scene too, as a second row" },
    ranks: { type: "number", integer: true, min: 2, default: 2, help: "How many are several" },
    steps: { type: "number", integer: true, min: 5, default: 13, help: "Three are to warm up" },
    rounds: { type: "number", integer: true, min: 1, default: 2, help: "The fastest one counts" },
    json: JSON_OPTION,
  },
  run: async ({ scene, ranks, steps, rounds, json }, terminal) => {
    const folder = await Deno.makeTempDir();
    const rows: (string | number)[][] = [];
    try {
      const data = join(folder, "data");
      const [scenes, framesPerScene] = [4, 2];
      await writeSyntheticDataset(data, { seed: 1, scenes, framesPerScene, imageSize: [384, 216] });
      const kinds = [["demo", data], ...scene === undefined ? [] : [["splats", scene]]] as const;
      for (const [kind, from] of kinds) {
        const best: StepFigures[] = [];
        for (let round = 0; round < rounds; round++) {
          // In turn, so that whoever else uses the machine slows all.
          for (const [row, { name, start, word }] of ROWS.entries()) {
            // Splats have their gradients all at once.
            if (word && kind !== "demo") continue;
            terminal.note(`${kind}, ${name}, round ${round + 1} of ${rounds}`);
            const out = join(folder, `${kind}.${row}.${round}`);
            const printed = await start(
              ranks,
              script("./step_rank.ts", kind!, from!, out, `${steps}`, ...word ? [word] : []),
            );
            const all = printed.map((text) =>
              JSON.parse(text.trim().split("\n").at(-1)!) as StepFigures
            );
            // Of processes apart the slowest, as ranks wait for theirs.
            const slowest = all.reduce((a, b) => a.fastest >= b.fastest ? a : b);
            if (!best[row] || slowest.fastest < best[row].fastest) best[row] = slowest;
          }
        }
        for (const [row, figures] of best.entries()) {
          const efficiency = best[1]!.fastest / figures.fastest;
          // What others do on the machine is not in it; waiting for another rank is.
          const byProcessor = best[1]!.processor / figures.processor;
          const { name } = ROWS[row]!;
          if (json) terminal.printJson({ kind, name, ...figures, efficiency, byProcessor });
          rows.push(rowOf(`${kind}, ${name}`, figures, [efficiency, byProcessor]));
        }
      }
      if (!json) terminal.print(formatTable(HEADER, rows));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function startTogether(count: number, program: readonly string[]): Promise<string[]> {
  return [await startRanks(count, program, { pinned: true })];
}

/** What is compared: processes apart share the machine's memory and caches as ranks do, and nothing else. */
const ROWS: readonly {
  readonly name: string;
  readonly start: (count: number, program: readonly string[]) => Promise<string[]>;
  /** What the program is told besides. */
  readonly word?: string;
}[] = [
  { name: "one", start: (_, program) => startApart(1, program) },
  { name: "several apart", start: startApart },
  { name: "several ranks", start: startTogether },
  { name: "several ranks, sums after", start: startTogether, word: "after" },
];

const HEADER = [
  "step of",
  "fastest ms",
  "middle ms",
  "processor ms",
  "efficiency",
  "by processor",
  "under way ms",
  "waiting ms",
  "share %",
  "MiB sent",
  "process MiB",
  "tensors MiB",
];

function rowOf(
  name: string,
  figures: StepFigures,
  [efficiency, byProcessor]: readonly [number, number],
): (string | number)[] {
  const { fastest, middle, processor, underWay, waiting, bytes, resident, tensors } = figures;
  const mib = (count: number) => Number((count / 2 ** 20).toFixed(2));
  const share = Number((100 * waiting / middle).toFixed(1));
  const own = [
    Number(fastest.toFixed(1)),
    Number(middle.toFixed(1)),
    Number(processor.toFixed(1)),
    Number(efficiency.toFixed(3)),
    Number(byProcessor.toFixed(3)),
    Number(underWay.toFixed(1)),
  ];
  return [
    ...[name, ...own],
    ...[Number(waiting.toFixed(1)), share, mib(bytes), mib(resident), mib(tensors)],
  ];
}
