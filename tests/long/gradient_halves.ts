import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { isInstalled, runRanks } from "../model/run/ranks/mpi.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url);
const STEPS = 12;

const ignore = !isInstalled("mpirun");
if (ignore) console.log("skipped: no mpirun is installed");

Deno.test({
  name: "gradients of 16 bits leave the losses of those of 32 within a few hundredths",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const data = join(folder, "data");
      await writeSyntheticDataset(data, {
        seed: 1,
        scenes: 4,
        framesPerScene: 2,
        imageSize: [384, 216],
      });
      const losses: number[][] = [];
      for (const words of ["f32", "f16"]) {
        const printed = await runRanks(2, MAIN, [
          ...["train", "--data", data, "--work-dir", join(folder, words), "--json"],
          ...["--steps", String(STEPS), "--seed", "1", "--gradients", words],
        ]);
        losses.push(
          printed.trim().split("\n").map((line) => JSON.parse(line))
            .filter(({ type }) => type === "step").map(({ loss }) => loss),
        );
      }
      const [exact, halves] = losses as [number[], number[]];
      assertEquals([exact.length, halves.length], [STEPS, STEPS]);
      const off = exact.map((loss, i) => Math.abs(halves[i]! / loss - 1));
      // Rates rise from 1e-6: the weights of the first steps differ by roundings alone.
      assert(Math.max(...off.slice(0, 4)) < 1e-5, `${off}`);
      // After that Adam makes of a rounding what it makes of another order of summing.
      assert(Math.max(...off) < 0.05, `${off}`);
      assert(off.some((share) => share > 0), "halves gave the very bits of f32");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
