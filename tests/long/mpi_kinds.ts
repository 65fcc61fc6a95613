import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodePointCloud } from "../../data/scenes/points/point_cloud.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { isInstalled, runRanks } from "../model/run/ranks/mpi.ts";
import { writeTinyScene } from "../model/splat/tiny_scene.ts";
import { noise } from "../noise.ts";

// Each kind of MPI by its own name, as they lie side by side on Debian.
const LAUNCHERS = ["mpirun.mpich", "mpirun.openmpi"];
const MAIN = new URL("../../cli/main.ts", import.meta.url);

/** Runs a command in one process; the names of its folder are those of any other. */
async function alone(words: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN.pathname, ...words],
  }).output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  return text.decode(stdout);
}

/** Bytes of the files below a folder by name, but for logs and times. */
function filesIn(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const walk = (below: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(join(folder, below))) {
      if (["ranks", "timing.txt"].includes(name)) continue;
      if (isDirectory) walk(join(below, name));
      else files.set(join(below, name), Deno.readFileSync(join(folder, below, name)));
    }
  };
  walk("");
  return files;
}

/** The JSON lines of a report without what time and memory it took. */
function reports(printed: string, folder: string): unknown[] {
  return printed.trim().split("\n").map((line) => {
    const { seconds: _, processorSeconds: __, peakMemory: ___, peakResident: ____, ...rest } = JSON
      .parse(line.replaceAll(folder, "OUT"));
    return rest;
  });
}

for (const mpirun of LAUNCHERS) {
  const ignore = !isInstalled(mpirun);
  if (ignore) console.log(`skipped: ${mpirun} is not installed`);
  const options = { ignore, sanitizeResources: false, sanitizeOps: false };

  Deno.test({
    name: `commands on two ranks of ${mpirun} leave what one process leaves`,
    ...options,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        const [data, run] = [join(folder, "data"), join(folder, "run")];
        await writeSyntheticDataset(data, {
          seed: 2,
          scenes: 4,
          valScenes: 3,
          framesPerScene: 1,
          imageSize: [384, 216],
        });
        const two = (...words: string[]) => runRanks(2, MAIN, words, { mpirun });
        await two("train", "--data", data, "--work-dir", run, "--steps", "2");
        const scenes = ["a", "b", "c"].map((name, i) => {
          const scene = join(folder, `scenes/${name}`);
          writeTinyScene(scene);
          const positions = Float32Array.from(noise(5 + i, 150, -0.6, 0.6));
          const cloud = encodePointCloud({ positions, colours: new Uint8Array(150).fill(120) });
          Deno.writeFileSync(join(scene, "points3d.ply"), cloud);
          return scene;
        });
        const table: ((out: string) => string[])[] = [
          (out) => [
            ...["eval", "--data", data, "--resume-from", run, "--metric", "all", "--json"],
            ...["--dump", join(out, "dump.npz")],
          ],
          (out) => ["predict", "--data", data, "--resume-from", run, "--out", out, "--json"],
          (out) => [
            ...["splat", "full-eval", "--scenes", ...scenes, "-o", out],
            ...["--iterations", "4", "--json"],
          ],
        ];
        for (const [i, words] of table.entries()) {
          const [one, other] = [join(folder, `one${i}`), join(folder, `two${i}`)];
          for (const out of [one, other]) Deno.mkdirSync(out);
          const expected = reports(await alone(words(one)), one);
          assertEquals(
            reports(await two(...words(other)), other),
            expected,
            words("OUT").join(" "),
          );
          const files = filesIn(other);
          assert(files.size > 0);
          for (const [name, bytes] of filesIn(one)) {
            // What names the folder, or says when: settings and curves of a training.
            if (/cfg_args|(config|run)\.json|\.jsonl$|events\./.test(name)) continue;
            assertEquals(files.get(name), bytes, name);
          }
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });

  Deno.test({
    name: `a rank of ${mpirun} that is killed ends all`,
    ...options,
    fn: async () => {
      const began = performance.now();
      const talk = new URL("../model/run/ranks/talk.ts", import.meta.url);
      await runRanks(3, talk, ["killed"], { fails: true, mpirun });
      assert(performance.now() - began < 30_000);
    },
  });
}
