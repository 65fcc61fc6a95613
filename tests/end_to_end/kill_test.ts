import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { withDataset } from "./tiny_run.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url).pathname;

const STEPS = 10;
const SAVE_EVERY = 2;

/** Settings under which the demo's model takes a fraction of a second a step. */
const TINY = [
  "image.width=64",
  "image.height=36",
  "backbone.stemChannels=8",
  "backbone.baseChannels=8",
  "gaussians.count=70",
  "encoder.embedDims=16",
  "encoder.feedforward=32",
  "encoder.blocks=1",
  "occupancy.voxel=4",
  "optim.warmupSteps=2",
].flatMap((setting) => ["--set", setting]);

/** What a process told before it ended. */
interface Told {
  /** The last step whose loss was told, and the last one that was said to be saved. */
  step: number;
  saved: number;
  ended: boolean;
  err: string;
}

/** Runs `train` as a process of its own; `watch` gets it with each event, and may kill it. */
async function train(
  words: readonly string[],
  { watch = () => {}, started }: {
    watch?: (event: { type: string; step?: number }, kill: () => void) => void;
    started?: (kill: () => void) => Disposable;
  } = {},
): Promise<Told> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      MAIN,
      "train",
      "--json",
      "--quiet",
      "--log-every",
      "1",
      ...words,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const told: Told = { step: 0, saved: 0, ended: false, err: "" };
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  using _started = started?.(kill);
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      const event = JSON.parse(line);
      if (event.type === "step") told.step = event.step;
      if (event.type === "saved") told.saved = event.step;
      watch(event, kill);
    }
  }
  const { code } = await child.status;
  return { ...told, ended: code === 0, err: await errors };
}

// Where the n-th process is killed: milliseconds after it told the loss of its k-th step, or at the
// sight of the temporary file that its k-th save writes.
const KILLS: readonly ({ after: number; wait: number } | { save: number })[] = [
  { after: 3, wait: 5 },
  { save: 1 },
  // The loss of an even step is told right before it is saved.
  { after: 2, wait: 2 },
  { save: 2 },
];

/** Calls back once a folder sees the k-th temporary file of a checkpoint. */
function onSave(folder: string, k: number, body: () => void): Disposable {
  const watcher = Deno.watchFs(folder);
  const seen = new Set<string>();
  (async () => {
    for await (const { paths } of watcher) {
      const before = seen.size;
      paths.filter((path) => /\.step_\d+\.safetensors\..*tmp$/.test(path))
        .forEach((path) => seen.add(path));
      if (before < k && seen.size >= k) body();
    }
  })();
  return { [Symbol.dispose]: () => watcher.close() };
}

Deno.test("a run killed again and again ends with the bits of one that was not", () =>
  withDataset(async (dataDir, folder) => {
    const fresh = (workDir: string) => [
      ...["--preset", "demo", "--data", dataDir, "--work-dir", workDir],
      ...["--steps", `${STEPS}`, "--save-every", `${SAVE_EVERY}`, ...TINY],
    ];
    const whole = join(folder, "whole");
    const untouched = train(fresh(whole));

    const workDir = join(folder, "killed");
    const resume = [
      ...["--resume-from", workDir, "--data", dataDir, "--work-dir", workDir],
      ...["--save-every", `${SAVE_EVERY}`],
    ];
    await Deno.mkdir(workDir);
    let reached = 0;
    let torn = 0;
    for (let n = 0;; n++) {
      const plan = KILLS[n];
      let steps = 0;
      const told = await train(
        reached ? resume : fresh(workDir),
        !plan ? {} : "save" in plan ? { started: (kill) => onSave(workDir, plan.save, kill) } : {
          watch: ({ type }, kill) => {
            if (type === "step" && ++steps === plan.after) setTimeout(kill, plan.wait);
          },
        },
      );
      torn += unfinished(workDir).length;
      assert(told.ended || plan, told.err);
      assert(told.ended || told.err.trim() === "", told.err);
      const checkpoint = await latest(workDir);
      if (!checkpoint) {
        assertEquals([told.saved, told.step < 2 * SAVE_EVERY], [0, true]);
        continue;
      }
      const { step } = checkpoint.state;
      // What was said to be saved is there, and no more than the steps since then are lost.
      assert(step >= Math.max(reached, told.saved), `step ${step}, ${told.saved} was saved`);
      assert(told.step - step <= SAVE_EVERY, `step ${step}, ${told.step} was reached`);
      reached = step;
      if (told.ended) break;
    }
    assertEquals(reached, STEPS);
    const last = `step_${String(STEPS).padStart(6, "0")}.safetensors`;
    const { ended, err } = await untouched;
    assert(ended, err);
    assertEquals(await Deno.readFile(join(workDir, last)), await Deno.readFile(join(whole, last)));
    console.log(`${torn} temporary files were left by ${KILLS.length} killed processes`);
    assertEquals(unfinished(workDir), [], "what killed processes left is cleared away");
  }));

/** The latest checkpoint of a folder, read whole, or null where none is named. */
async function latest(folder: string) {
  try {
    await Deno.stat(join(folder, "latest"));
  } catch {
    return null;
  }
  return await readCheckpoint(folder);
}

/** Temporary files in a folder. */
function unfinished(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    name.endsWith(".tmp")
  );
}
