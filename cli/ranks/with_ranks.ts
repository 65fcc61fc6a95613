import { join } from "@std/path";
import { assertSame, joinRanks, launched, ONE_RANK, type Ranks, VERSION } from "../../model/mod.ts";
import { describeFailure } from "../terminal/failure.ts";
import type { Option } from "../command_line/options.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { rankTerminal } from "./rank_terminal.ts";
import { programHash } from "./program_hash.ts";
import { readGpus, startRanks, wordsOfRank } from "./start_ranks.ts";
import { takeGpu } from "./take_gpu.ts";

/** How many processes a command starts. */
export const GPUS_OPTION = {
  type: "string",
  value: "N|LIST",
  help: "Start so many processes under mpirun, one a GPU (or mpirun or srun starts them)",
} as const satisfies Option;

/** Options of commands that several processes can run together. */
export const RANKS_OPTIONS = {
  gpus: GPUS_OPTION,
  "share-gpu": {
    type: "boolean",
    help: "Let the processes of a host share its GPU all the same",
  },
} as const satisfies Record<string, Option>;

// What the launcher needs to pass on what was said, before it ends all.
const LAST_WORDS_MS = 500;
// What fails on all ranks alike, rank 0 says and ends for all before another speaks.
const RANK_ZERO_FIRST_MS = 1000;

/** Whether this process has joined others: a job within a job is its own. */
let joined = false;

/**
 * Runs a job in this process, or as one of the ranks that a launcher started; `--gpus` makes this
 * process the launcher. Rank 0 speaks; the others write to `ranks/N.log` below `folder`, if there is
 * one. Ranks of another program, or started with other words, are refused. A rank that fails says so and
 * ends all.
 */
export async function withRanks(
  { gpus, shareGpu }: {
    readonly gpus: string | undefined;
    /** Not given by commands that need no GPU. */
    readonly shareGpu?: boolean;
  },
  { terminal, folder }: { readonly terminal: Terminal; readonly folder: string | undefined },
  job: (ranks: Ranks, terminal: Terminal) => Promise<number | void>,
): Promise<number | void> {
  const { count, list } = readGpus(gpus);
  const place = joined ? null : launched((name) => Deno.env.get(name));
  if (!place && count > 1) return await startRanks(count, terminal);
  if (!place || place.size === 1) return await job(ONE_RANK, terminal);
  const ranks = joinRanks(place);
  joined = true;
  shareProcessors(ranks);
  using log = ranks.rank === 0
    ? null
    : rankTerminal(folder === undefined ? null : join(folder, "ranks", `${ranks.rank}.log`));
  try {
    await assertSame(ranks, "the program", `voxsplat ${VERSION}, ${await programHash()}`);
    await assertSame(ranks, "the command line", wordsOfRank(Deno.args).join(" "));
    if (shareGpu !== undefined) await takeGpu(ranks, { list, shareGpu });
    const code = await job(ranks, log ?? terminal);
    await ranks.finish();
    return code;
  } catch (error) {
    const { lines, code } = describeFailure(error, { debug: Deno.args.includes("--debug") });
    const who = `rank ${ranks.rank} of ${ranks.size} on ${Deno.hostname()} ends all ranks:`;
    log?.complain([who, ...lines].join("\n"));
    if (log) await delay(RANK_ZERO_FIRST_MS);
    terminal.complain([who, ...lines].join("\n"));
    await delay(LAST_WORDS_MS);
    ranks.abort(code);
    throw error;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What a step of several ranks is made of. */
export function describeRanks(
  { size, engine }: Ranks,
  { frames, batch, config }: {
    /** Key frames of an epoch. */
    readonly frames: number;
    /** Key frames of a step. */
    readonly batch: number;
    readonly config: { readonly optim: { readonly lr: number } };
  },
): string {
  const twice = Math.ceil(frames / size) * size - frames;
  return `${size} ranks over ${engine}: a step takes ${batch} key frames, ${
    batch / size
  } a rank, at learning rate ${config.optim.lr}` +
    (twice ? `; ${twice} of the ${frames} key frames come twice an epoch` : "");
}

/** Processors that play GPU take all cores each unless they are told how many: they share them. */
function shareProcessors({ localSize }: Ranks): void {
  const name = "LP_NUM_THREADS";
  if (Deno.env.get(name) !== undefined) return;
  Deno.env.set(name, String(Math.max(1, Math.floor(navigator.hardwareConcurrency / localSize))));
}
