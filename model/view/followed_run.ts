import { lockHolder } from "../../data/files/folder_lock.ts";
import { readJsonFile } from "../../data/formats/json/json_lines.ts";
import { COUNT, type JsonKind, objectOf, optional } from "../../data/formats/json/json_kinds.ts";
import { ByStamp } from "./file_stamp.ts";
import type { RunWord, ViewedRun } from "./viewed.ts";

/** What the rate is taken over, in milliseconds. */
const WINDOW_MS = 20_000;

/** Signals that a training hears already, and those that hold a process and let it go. */
const SIGNALS: Readonly<Record<RunWord, readonly Deno.Signal[]>> = {
  pause: ["SIGSTOP"],
  "go on": ["SIGCONT"],
  save: ["SIGCONT", "SIGUSR1"],
  stop: ["SIGCONT", "SIGTERM"],
};

/** What `ps` calls a training of ours, whatever it was started by. */
const TRAINING = /\b(deno|voxsplat)\b.*\btrain\b/;

/** Of a run's settings, how long it is: of Gaussians trained on photos, and of occupancy. */
interface Settings {
  readonly iterations?: number;
  readonly config?: { readonly optim?: { readonly steps?: number } };
}
const SETTINGS: JsonKind<Settings> = objectOf<Settings>({
  iterations: optional(COUNT),
  config: optional(objectOf({ optim: optional(objectOf({ steps: optional(COUNT) })) })),
});

/** A run in a folder as it goes on: how fast, how long yet, and what may be asked of it. Nothing is written. */
export class FollowedRun {
  readonly #settings = new ByStamp<Settings | null>();
  readonly #seen: { readonly step: number; readonly at: number }[] = [];
  #paused: number | null = null;

  /** `settings` is the file that says how many steps there are. */
  constructor(private readonly folder: string, private readonly settings: string) {}

  /** How far it is, by the step of its newest row. */
  state(step: number): ViewedRun {
    const pid = lockHolder(this.folder);
    const settings = this.#settings.get(
      [this.settings],
      () => readJsonFile(this.settings, SETTINGS).value,
    );
    const total = settings?.iterations ?? settings?.config?.optim?.steps ?? null;
    if (pid !== this.#paused) this.#paused = null;
    const paused = this.#paused !== null;
    return {
      running: pid !== null,
      paused,
      step,
      steps: total,
      rate: pid === null || paused ? null : this.#rate(step),
      words: pid === null || Deno.build.os === "windows"
        ? []
        : [paused ? "go on" : "pause", "save", "stop"],
    };
  }

  /** Sends the run's process the signals that a word stands for, if it is a training on this machine. */
  async ask(word: RunWord): Promise<void> {
    const pid = lockHolder(this.folder);
    if (pid === null) throw new Error(`Cannot ${word}: no training goes on in "${this.folder}"`);
    const signals = SIGNALS[word];
    if (!signals) throw new TypeError(`Cannot ask a run to "${word}"`);
    if (!TRAINING.test(await commandOf(pid))) {
      throw new Error(
        `Cannot ${word}: process ${pid}, which "${this.folder}" names, is no training on this machine`,
      );
    }
    for (const signal of signals) Deno.kill(pid, signal);
    this.#paused = word === "pause" ? pid : null;
    this.#seen.length = 0;
  }

  #rate(step: number): number | null {
    const now = performance.now();
    const last = this.#seen.at(-1);
    if (last && step < last.step) this.#seen.length = 0;
    if (last?.step !== step) this.#seen.push({ step, at: now });
    while (this.#seen.length > 2 && now - this.#seen[0]!.at > WINDOW_MS) this.#seen.shift();
    const [first] = this.#seen;
    const newest = this.#seen.at(-1)!;
    return first && newest.at > first.at
      ? 1000 * (newest.step - first.step) / (newest.at - first.at)
      : null;
  }
}

async function commandOf(pid: number): Promise<string> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "command=", "-p", String(pid)],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
