import { crc32 } from "../../../data/formats/checksums/crc32.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import type { ShDegree, Splats } from "../../../data/splats/splats.ts";
import { readCheckpointFile, type RunCheckpoint, type RunState } from "../../run/checkpoint.ts";
import { findCheckpoint, type FoundCheckpoint } from "../../run/read_checkpoint.ts";
import type { Ranks } from "../../run/ranks/ranks.ts";
import { listBroken } from "../../run/finite.ts";
import { restoreMoments } from "../../run/restore.ts";
import { checkState, COUNT, type Kind, NUMBER, orMissing, RECORD } from "../../run/state_kinds.ts";
import type { TraineeState } from "../../run/trainee.ts";
import { setAppearance } from "../appearance/appearance.ts";
import type { SplatConfig } from "../config.ts";
import { type Group, GROUPS } from "../gaussians.ts";
import { ownRowsOf, partOf } from "../shards/own_part.ts";
import type { SplatStart, SplatTraining } from "./splat_training.ts";

/** What a checkpoint of splats holds besides arrays; plain data. */
export interface SplatState extends RunState {
  /** The resolved settings. */
  readonly config: SplatConfig;
  /** Degree of harmonics that is in use. */
  readonly activeDegree: number;
  /** How far the cameras are spread. */
  readonly extent: number;
  /** How many views it is trained on, and a checksum of their names; absent in older files. */
  readonly views?: { readonly count: number; readonly names: number };
  /** Steps of Adam by group. */
  readonly steps: Readonly<Record<Group, number>>;
  /** Steps of the appearance. */
  readonly appearanceSteps: number;
  /** Steps of the poses; absent in older files. */
  readonly poseSteps?: number;
  /** Most pairs of Gaussian and tile that a picture had. */
  readonly pairs: number;
  /** Views of all steps so far; one a step where it is absent. */
  readonly drawn?: number;
  /** How many processes trained together; one where it is absent. */
  readonly ranks?: number;
  /** How many Gaussians each of them owned, where they were spread. */
  readonly parts?: readonly number[];
  /** Parameters that have moments. */
  readonly moments: readonly string[];
  /** What the strategy keeps besides arrays. */
  readonly strategy?: Readonly<Record<string, unknown>>;
}

/** A checkpoint of a training of Gaussians as read from disk. */
export interface SplatCheckpoint extends RunCheckpoint<SplatState> {
  /** How many Gaussians each rank owns, where this one's alone were read. */
  readonly counts?: readonly number[] | undefined;
}

const STREAM = "random.words";
/** Groups without which there is no Gaussian; those of degree 0 have no other harmonics. */
const NEEDED = GROUPS.filter((name) => name !== "featuresRest");

const KINDS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(GROUPS.map((name) => [`steps.${name}`, COUNT])),
  activeDegree: { holds: (value) => [0, 1, 2, 3].includes(value as number), is: "0, 1, 2 or 3" },
  extent: NUMBER,
  appearanceSteps: COUNT,
  pairs: COUNT,
  drawn: orMissing(COUNT),
  ranks: orMissing(COUNT),
  parts: orMissing({ holds: Array.isArray, is: "a list" }),
  moments: { holds: Array.isArray, is: "a list" },
  strategy: orMissing(RECORD),
};

/**
 * Reads a checkpoint given as its file, or the newest whole one of the run in a model's folder; where ranks
 * have Gaussians in parts, this one's of those.
 */
export function readSplatCheckpoint(path: string, spread?: Ranks): FoundCheckpoint & {
  readonly checkpoint: SplatCheckpoint;
} {
  const part = spread && ownRowsOf(spread);
  const { checkpoint, remarks } = findCheckpoint(path, "splat", part?.rows);
  return { checkpoint: checked(checkpoint, part?.counts()), remarks };
}

/** Reads a checkpoint given as its file's bytes. */
export function splatCheckpointOf(bytes: Uint8Array, file: string): SplatCheckpoint {
  return checked(readCheckpointFile(file, undefined, bytes));
}

function checked(found: RunCheckpoint, counts?: readonly number[]): SplatCheckpoint {
  checkState(found, KINDS, ({ config }: SplatState) => config.iterations);
  const checkpoint = { ...found, counts } as SplatCheckpoint;
  for (const name of NEEDED) checkWeight(checkpoint, name);
  checkFinite(checkpoint);
  return checkpoint;
}

/** The Gaussians of a checkpoint. */
export function checkpointStart({ weights, state, counts }: SplatCheckpoint): SplatStart {
  const values = (name: Group) => weights[name]!.data as Float32Array;
  const rest = weights.featuresRest;
  const splats: Splats = {
    count: weights.xyz!.shape[0]!,
    degree: (Math.sqrt((rest?.shape[1] ?? 0) + 1) - 1) as ShDegree,
    positions: values("xyz"),
    logScales: values("scaling"),
    quaternions: values("rotation"),
    opacities: values("opacity"),
    shDc: values("featuresDc"),
    shRest: rest ? rest.data as Float32Array : new Float32Array(0),
  };
  return { splats, activeDegree: state.activeDegree, counts };
}

/** What a training keeps beside its parameters, once it has drawn so many views. */
export function stateOf(training: SplatTraining, drawn: number): TraineeState {
  const { gaussians, strategy, appearance, poses, optimizer, options, gpu } = training;
  const { tensors, json } = strategy.state?.() ?? { tensors: [], json: {} };
  const words = training.stream.state();
  const state = {
    config: options.config,
    seed: options.config.seed,
    random: { seed: gpu.random.seed, counter: gpu.random.counter },
    activeDegree: gaussians.activeDegree,
    extent: options.extent,
    views: viewsOf(options.train),
    steps: { ...optimizer.steps },
    appearanceSteps: appearance?.steps ?? 0,
    poseSteps: poses?.steps ?? 0,
    pairs: training.budget.peak,
    drawn,
    ...(training.ranks.size > 1 ? { ranks: training.ranks.size } : {}),
    ...(training.parts.spread ? { parts: training.parts.counts } : {}),
    moments: training.parameters().filter(([, { hasMoments }]) => hasMoments).map(([name]) => name),
    strategy: json,
  } satisfies Omit<SplatState, "version" | "trainee" | "step">;
  return {
    json: state,
    tensors,
    arrays: [[STREAM, { dtype: "uint32", shape: [words.length], data: words }]],
  };
}

/** Puts a training that was made of `checkpointStart` into the state of the checkpoint. */
export function restoreTraining(training: SplatTraining, whole: SplatCheckpoint): void {
  const { strategy, appearance, poses, optimizer, gpu } = training;
  const { parts } = training;
  const checkpoint = parts.spread && !whole.counts ? partOf(whole, parts) : whole;
  const { file, state, arrays, weights } = checkpoint;
  if (appearance) {
    setAppearance(appearance, { arrays: weights, steps: state.appearanceSteps }, file);
  }
  if (poses) {
    const saved = weights.poses;
    if (saved?.dtype !== "float32" || saved.shape.join() !== poses.parameter.shape.join()) {
      throw new RangeError(
        `Cannot restore "${file}": it has poses of ${saved?.shape[0] ?? 0} pictures, ` +
          `${poses.parameter.shape[0]} are trained on`,
      );
    }
    poses.parameter.set(saved.data as Float32Array);
    poses.steps = state.poseSteps ?? 0;
  }
  const parameters = training.parameters();
  const names = parameters.map(([name]) => name);
  const needed = new Set(state.moments.filter((name) => names.includes(name)));
  // Files of older versions do not list them: what has been stepped has moments.
  for (const name of NEEDED) if (state.steps[name] > 0) needed.add(name);
  restoreMoments(parameters, [...needed], checkpoint, "--init-ply starts from Gaussians alone");
  strategy.restore?.({ arrays, json: state.strategy ?? {} });
  Object.assign(optimizer.steps, state.steps);
  gpu.random.counter = state.random.counter;
  training.budget.note(state.pairs);
  const words = arrays.get(STREAM);
  if (words?.dtype !== "uint32") {
    throw new SyntaxError(`Cannot read "${file}": it has no uint32 array "${STREAM}"`);
  }
  training.stream.restore(words.data as Uint32Array);
}

/** What tells one scene's views from another's. */
export function viewsOf(
  shots: readonly { readonly name: string }[],
): { count: number; names: number } {
  const names = shots.map(({ name }) => name).sort().join("\n");
  return { count: shots.length, names: crc32(new TextEncoder().encode(names)) };
}

function checkWeight({ file, weights }: SplatCheckpoint, name: string): void {
  if (weights[name]?.dtype === "float32") return;
  throw new SyntaxError(`Cannot read "${file}": it has no float32 array "${name}"`);
}

/** Refuses values and moments that are not finite: Gaussians of such a checkpoint never come back. */
function checkFinite({ file, weights, moments }: SplatCheckpoint): void {
  const all: [string, NdArray, (value: number) => boolean][] = Object.entries(weights)
    .map(([name, array]) => [name, array, Number.isFinite]);
  for (const [name, [first, second]] of Object.entries(moments)) {
    all.push([`first moment of ${name}`, first, Number.isFinite]);
    // One of a gradient beyond 1.8e19 is infinite.
    all.push([`second moment of ${name}`, second, (value) => value >= 0]);
  }
  const broken = all.flatMap(([key, { data }, isRight]) => {
    let count = 0;
    for (const value of data as Float32Array) if (!isRight(value)) count++;
    return count ? [{ key, count }] : [];
  });
  if (broken.length) {
    throw new RangeError(`Cannot go on from "${file}": ${listBroken(broken, "values")} not finite`);
  }
}
