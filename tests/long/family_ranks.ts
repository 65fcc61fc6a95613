import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { isInstalled, runRanks } from "../model/run/ranks/mpi.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url);

/** Presets of the models that other tests do not train on ranks; clips as long as a scene. */
const PRESETS: readonly (readonly [preset: string, set: string, streams: boolean])[] = [
  ["sq/demo", "optim.batch=1", false],
  ["superocc/demo", "stream.clip=2", true],
  ["gaussianworld/demo", "stream.clip=2", true],
];

const ignore = !isInstalled("mpirun");
if (ignore) console.log("skipped: no mpirun is installed");

/** JSON lines that a command prints. */
type Lines = readonly { readonly type?: string; readonly [key: string]: unknown }[];

async function printed(ranks: number, words: readonly string[]): Promise<Lines> {
  const text = await runRanks(ranks, MAIN, words);
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

const losses = (lines: Lines) =>
  lines.filter(({ type }) => type === "step").map(({ loss }) => loss as number);

for (const [preset, set, streams] of PRESETS) {
  Deno.test({
    name: `${preset} trains, goes on and is evaluated on two ranks`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const folder = Deno.makeTempDirSync();
      try {
        const data = join(folder, "data");
        const [scenes, valScenes, framesPerScene] = [4, 2, 2];
        await writeSyntheticDataset(data, {
          ...{ seed: 1, scenes, valScenes, framesPerScene },
          imageSize: [384, 216],
        });
        const words = (name: string, ...more: string[]) => [
          ...["train", "--preset", preset, "--data", data, "--work-dir", join(folder, name)],
          ...["--steps", "2", "--save-every", "1", "--seed", "1", "--json", ...more],
        ];
        const two = losses(await printed(2, words("two", "--set", set)));
        assertEquals(two.length, 2);
        assert(two.every((loss) => loss > 0), `${two}`);

        const middle = join(folder, "two", "step_000001.safetensors");
        const goneOn = losses(
          await printed(2, words("goneOn", "--set", set, "--resume-from", middle)),
        );
        // What a stream had seen on the other rank is not in the checkpoint.
        if (streams) assertEquals(goneOn.length, 1);
        else assertEquals(goneOn, two.slice(1));

        if (!streams) {
          const one = losses(await printed(1, words("one", "--set", "optim.batch=2")));
          one.forEach((loss, i) => assertAlmostEquals(two[i]!, loss, 2e-4 * loss));
        }
        const evaluated = ["eval", "--data", data, "--resume-from", join(folder, "two"), "--json"];
        const reports = await Promise.all(
          [1, 2].map(async (ranks) =>
            (await printed(ranks, evaluated)).map((
              { seconds: _, processorSeconds: __, peakMemory: ___, peakResident: ____, ...rest },
            ) => rest)
          ),
        );
        assertEquals(reports[1], reports[0]);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}
