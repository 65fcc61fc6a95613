import { join } from "@std/path";
import { defineCommand } from "../../cli/command_line/command.ts";
import { JSON_OPTION } from "../../cli/command_line/options.ts";
import { formatTable } from "../../cli/terminal/table.ts";
import { script, startRanks } from "./start.ts";

/** `bench/ranks/main.ts allreduce`: ours beside a C program's, in one run. */
export const allreduce = defineCommand({
  summary: "Time the sum over ranks beside that of a C program compiled with mpicc",
  options: {
    ranks: { type: "number", integer: true, min: 2, default: 2, help: "How many" },
    rounds: { type: "number", integer: true, min: 1, default: 7, help: "The fastest one counts" },
    mpirun: { type: "string", default: "mpirun", help: "Another launcher, as mpirun.openmpi" },
    mpicc: { type: "string", default: "mpicc", help: "Its compiler, as mpicc.openmpi" },
    json: JSON_OPTION,
  },
  run: async ({ ranks, rounds, mpirun, mpicc, json }, terminal) => {
    const sizes = ["1", "4", "16", "64", "256"];
    const folder = await Deno.makeTempDir();
    try {
      const program = join(folder, "allreduce");
      const source = new URL("./allreduce.c", import.meta.url).pathname;
      const { success, stderr } = await new Deno.Command(mpicc, {
        args: ["-O2", "-o", program, source],
      }).output();
      if (!success) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
      const words = [String(rounds), ...sizes];
      const best = new Map<string, [theirs: number, ours: number]>();
      // Twice in turn, so that whoever else uses the machine slows both.
      for (let turn = 0; turn < 2; turn++) {
        const printed = [
          await startRanks(ranks, [program, ...words], { mpirun }),
          await startRanks(ranks, script("./allreduce_rank.ts", ...words), { mpirun }),
        ];
        printed.forEach((text, which) => {
          for (const line of text.trim().split("\n")) {
            const [size, ms] = line.split(" ") as [string, string];
            const pair = best.get(size) ?? [Infinity, Infinity];
            pair[which] = Math.min(pair[which]!, Number(ms));
            best.set(size, pair);
          }
        });
      }
      const speed = (size: string, ms: number) => Math.round(Number(size) * 2 ** 20 / 1e3 / ms);
      const rows = [...best].map(([size, [theirs, ours]]) => [
        ...[size, speed(size, theirs), speed(size, ours), Number((ours / theirs).toFixed(2))],
      ]);
      if (json) {
        for (const [mebibytes, c, deno, times] of rows) {
          terminal.printJson({ mebibytes: Number(mebibytes), ranks, c, deno, times });
        }
      } else terminal.print(formatTable(["MiB", "C MB/s", "ours MB/s", "times"], rows));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
