import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import { readCheckpointFile } from "../../model/run/checkpoint.ts";
import { runCheckpoints } from "../../model/run/checkpoint_folder.ts";
import { withTinyScene } from "../model/splat/tiny_scene.ts";

const MAIN = fromFileUrl(new URL("../../cli/main.ts", import.meta.url));
const KILLS = 100;

/** A command that trains, and how it goes on. */
interface Campaign {
  readonly name: string;
  readonly steps: number;
  readonly counts: "step" | "iteration";
  /** Temporary files that its saves write. */
  readonly saves: RegExp;
  words(input: string, folder: string): string[];
  resume(folder: string): string[];
}

const TINY = [
  ...["image.width=64", "image.height=36", "backbone.stemChannels=8", "backbone.baseChannels=8"],
  ...["gaussians.count=70", "encoder.embedDims=16", "encoder.feedforward=32", "encoder.blocks=1"],
  ...["occupancy.voxel=4", "optim.warmupSteps=2"],
].flatMap((setting) => ["--set", setting]);

const splats = (name: string, more: string): Campaign => ({
  name,
  steps: 24,
  counts: "iteration",
  saves: /\.(chkpnt\d+\.safetensors|latest|point_cloud\.ply)\..*tmp$/,
  words: (input, folder) =>
    [
      ...`splat train -s ${input} -m ${folder} --random-points 400 --sh_degree 1 --eval`.split(" "),
      ..."--iterations 24 --log-every 1 --random_background --disable_viewer".split(" "),
      ..."--densify_from_iter 4 --densification_interval 6 --densify_until_iter 20".split(" "),
      ..."--densify_grad_threshold 0.01 --test_iterations 12 --checkpoint_iterations".split(" "),
      ...Array.from({ length: 12 }, (_, i) => String(2 * i + 2)),
      ...more.split(" "),
    ].filter(Boolean),
  resume: (folder) => ["--start_checkpoint", folder],
});

const CAMPAIGNS: readonly Campaign[] = [
  {
    name: "train",
    steps: 10,
    counts: "step",
    saves: /\.(step_\d+\.safetensors|latest)\..*tmp$/,
    words: (input, folder) => [
      ...["train", "--preset", "demo", "--data", input, "--work-dir", folder, "--steps", "10"],
      ...["--save-every", "2", "--keep", "3", "--log-every", "1", ...TINY],
    ],
    resume: (folder) => ["--resume-from", folder],
  },
  splats("splat train", ""),
  splats("splat train, mcmc", "--strategy mcmc --max-gaussians 450"),
];

/** Where a process is killed: after so many milliseconds, at a save, or soon after its first step. */
type Moment = { after: number } | { save: number; wait: number } | { step: number; wait: number };

const MOMENTS: readonly (() => Moment)[] = [
  () => ({ after: 900 * Math.random() }),
  () => ({ save: 1, wait: 4 * Math.random() }),
  () => ({ step: 2 + Math.floor(6 * Math.random()), wait: 30 * Math.random() }),
  () => ({ save: 1 + Math.floor(6 * Math.random()), wait: 4 * Math.random() }),
  () => ({ after: 500 + 5000 * Math.random() }),
];

/** What a process told until it ended or was killed. */
interface Told {
  readonly saved: number;
  readonly ended: boolean;
  readonly said: string;
}

async function start(
  words: readonly string[],
  { campaign, folder, moment, contained }: {
    readonly campaign: Campaign;
    readonly folder: string;
    readonly moment: Moment | null;
    readonly contained: boolean;
  },
): Promise<Told> {
  const command = [Deno.execPath(), "run", "-A", "--no-check", MAIN, ...words, "--json", "--quiet"];
  // In a container the process has the same id every time.
  const all = contained
    ? ["unshare", "-p", "-f", "--mount-proc", "--kill-child", ...command]
    : command;
  Deno.mkdirSync(folder, { recursive: true });
  const child = new Deno.Command(all[0]!, {
    args: all.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = (wait: number) =>
    setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    }, wait);
  const timers: ReturnType<typeof setTimeout>[] = [];
  if (moment && "after" in moment) timers.push(kill(moment.after));
  const watcher = moment && "save" in moment ? Deno.watchFs(folder) : null;
  const watching = watcher && moment && "save" in moment
    ? (async () => {
      const seen = new Set<string>();
      for await (const { paths } of watcher) {
        const before = seen.size;
        paths.filter((path) => campaign.saves.test(path)).forEach((path) => seen.add(path));
        if (before < moment.save && seen.size >= moment.save) timers.push(kill(moment.wait));
      }
    })()
    : null;
  const errors = new Response(child.stderr).text();
  let saved = 0;
  let steps = 0;
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      const event = JSON.parse(line);
      const isSave = event.type === (campaign.counts === "step" ? "saved" : "checkpoint");
      if (isSave) saved = event[campaign.counts];
      if (event.type === "step" && ++steps && moment && "step" in moment && steps === moment.step) {
        timers.push(kill(moment.wait));
      }
    }
  }
  const { code } = await child.status;
  for (const timer of timers) clearTimeout(timer);
  watcher?.close();
  await watching;
  return { saved, ended: code === 0, said: await errors };
}

/** Arrays of the checkpoint of the last step, its rows without times, and all names in the folder. */
function outcome({ counts, steps }: Campaign, folder: string) {
  const file = runCheckpoints(folder)![0]!;
  const { state, weights, moments, arrays } = readCheckpointFile(file);
  const rows = rowsOf(folder).filter(({ type }) => type === undefined || type === "step")
    .map(({ seconds: _, ...row }) => row);
  return { step: state.step, steps, weights, moments, arrays: [...arrays], rows, counts };
}

// deno-lint-ignore no-explicit-any
function rowsOf(folder: string): any[] {
  try {
    return Deno.readTextFileSync(join(folder, "metrics.jsonl")).split("\n").filter(Boolean)
      .flatMap((line) => {
        try {
          return [JSON.parse(line)];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}

function leftovers(folder: string): string[] {
  const names: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) names.push(...leftovers(join(folder, name)));
    else if (name.endsWith(".tmp") || name === "running.lock") names.push(name);
  }
  return names;
}

async function canContain(): Promise<boolean> {
  try {
    const args = ["-p", "-f", "--mount-proc", "--kill-child", "true"];
    return (await new Deno.Command("unshare", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function conduct(campaign: Campaign, input: string, folder: string): Promise<void> {
  const mayContain = await canContain();
  const whole = join(folder, "whole");
  const words = (target: string) => campaign.words(input, target);
  const options = { campaign, contained: false };
  const first = await start(words(whole), { ...options, folder: whole, moment: null });
  if (!first.ended) throw new Error(first.said);
  const expected = outcome(campaign, whole);
  const count = { kills: 0, runs: 0, resumes: 0, torn: 0, bad: 0, lostRows: 0, leftovers: 0 };
  for (let n = 0; count.kills < KILLS; n++) {
    const target = join(folder, `run_${n}`);
    let reached = 0;
    // Three kills a run, so that what was resumed is killed again.
    for (let kill = 0;; kill++) {
      const moment = kill < 3 ? MOMENTS[(count.kills + n) % MOMENTS.length]!() : null;
      const resumes = reached > 0;
      const told = await start(
        [...words(target), ...resumes ? campaign.resume(target) : []],
        { campaign, folder: target, moment, contained: mayContain && count.kills % 2 === 1 },
      );
      count.resumes += Number(resumes);
      if (!told.ended && !moment) {
        count.bad++;
        console.log(`${campaign.name}: ${told.said}`);
        break;
      }
      if (!told.ended && told.said.trim()) {
        count.bad++;
        console.log(`${campaign.name}, killed, said: ${told.said}`);
      }
      if (told.ended) break;
      count.kills++;
      count.torn += leftovers(target).filter((name) => name.endsWith(".tmp")).length;
      const paths = runCheckpoints(target);
      const step = paths?.length ? readCheckpointFile(paths[0]!).state.step : 0;
      if (step < Math.max(reached, told.saved)) count.bad++;
      reached = step;
      const rows = new Set(rowsOf(target).map((row) => row[campaign.counts]));
      for (let i = 1; i <= step; i++) if (!rows.has(i)) count.lostRows++;
    }
    count.runs++;
    count.leftovers += leftovers(target).length;
    try {
      assertEquals(outcome(campaign, target), expected);
    } catch (error) {
      count.bad++;
      console.log(`${campaign.name}: run ${n} ended otherwise: ${(error as Error).message}`);
    }
    Deno.removeSync(target, { recursive: true });
  }
  console.log(`${campaign.name}: ${JSON.stringify({ ...count, contained: mayContain })}`);
  const { bad, lostRows, leftovers: left } = count;
  assertEquals({ bad, lostRows, left }, { bad: 0, lostRows: 0, left: 0 });
}

for (const campaign of CAMPAIGNS) {
  Deno.test(`${KILLS} kills of ${campaign.name}: no bad resume, no row lost, nothing left`, () =>
    withTinyScene(async (scene, path) => {
      const splats = campaign.counts === "iteration";
      if (!splats) {
        await writeSyntheticDataset(path("data"), {
          seed: 3,
          scenes: 4,
          valScenes: 1,
          framesPerScene: 1,
          imageSize: [96, 54],
        });
      }
      await conduct(campaign, splats ? scene : path("data"), path("runs"));
    }));
}
