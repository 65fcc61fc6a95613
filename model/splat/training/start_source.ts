import { PointTree } from "../../../data/scenes/points/nearest_neighbours.ts";
import type { PointCloud, Scene } from "../../../data/scenes/scene.ts";
import { someSplatsAt, splatsAt, startPoints } from "../../../data/scenes/points/start_points.ts";
import { SH_C0 } from "../../../data/splats/activation.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import { dropUnusable, unusableText } from "../../../data/splats/usable.ts";
import {
  copySplats,
  selectSplats,
  type ShDegree,
  sliceSplats,
  type Splats,
  withDegree,
} from "../../../data/splats/splats.ts";
import type { SplatConfig } from "../config.ts";
import { STRATEGIES } from "../strategies/table.ts";
import type { SplatStart } from "./splat_training.ts";
import type { SplatTask } from "./train_events.ts";

/** Neighbours of fewer points are found within a second. */
const MANY_POINTS = 50_000;

/** Something to be told of what training starts from. */
export interface StartRemark {
  readonly text: string;
  /** Whether something that was given is left out. */
  readonly lost?: boolean;
}

/** What a training starts from, counted before its Gaussians are made. */
export interface StartSource {
  readonly count: number;
  readonly degree: ShDegree;
  /** What viewers show as the start; centres and colours. */
  readonly points: PointCloud;
  readonly remarks: readonly StartRemark[];
  /** Up to so many of the Gaussians, spread over all, quickly. */
  some(most: number): Splats;
  /** All of them, or a run of them, which takes minutes for millions of points. */
  make(own?: OwnRun): SplatStart;
}

/** The first of a run of Gaussians, and the one after its last. */
export type OwnRun = readonly [first: number, end: number];

/** Round Gaussians at the scene's points, or at random ones where it brings none. */
export function scenePoints(
  scene: Scene,
  config: SplatConfig,
  onTask?: (task: SplatTask) => void,
): StartSource {
  const points = startPoints(scene, config.seed, config.random_points);
  const degree = config.sh_degree as ShDegree;
  const count = points.positions.length / 3;
  const told = count >= MANY_POINTS ? onTask : undefined;
  let tree: PointTree | undefined;
  const started = (splats: Splats) => {
    STRATEGIES[config.strategy].start?.(splats);
    return splats;
  };
  return {
    count,
    degree,
    points,
    remarks: scene.points
      ? []
      : [{ text: `${scene.withoutPoints}, ${count} random ones are used` }],
    some: (most) => {
      tree ??= new PointTree(points.positions);
      return started(someSplatsAt(points, degree, { indices: spreadRows(count, most), tree }));
    },
    make: (own) => {
      const onPoints = (done: number, total: number) =>
        told?.({ label: "finding neighbours", unit: "point", done, total });
      tree ??= new PointTree(points.positions);
      const splats = own
        ? someSplatsAt(points, degree, { indices: rowsOf(own), tree, onPoints })
        : splatsAt(points, degree, { onPoints, tree });
      return { splats: started(splats), activeDegree: 0 };
    },
  };
}

/** Trained Gaussians of any kind of file, as they are. */
export async function trainedSplats(file: string, degree: ShDegree): Promise<StartSource> {
  const { splats: read, remarks } = await readSplats(file);
  const usable = dropUnusable(read);
  const dropped = unusableText(file, read.count, usable.count);
  const splats = withDegree(usable, degree);
  // All harmonics of a trained file are in use; a fresh one has none but the first.
  const activeDegree = splats.shRest.some((value) => value !== 0) ? degree : 0;
  return {
    ...given({ splats, activeDegree }),
    remarks: [
      ...remarks.map((text) => ({ text: `${file}: ${text}` })),
      ...(dropped === null ? [] : [{ text: dropped, lost: true }]),
    ],
  };
}

/** Gaussians that are there already, those of a checkpoint for example. */
export function given(start: SplatStart): StartSource {
  const { splats, counts = [splats.count] } = start;
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    degree: splats.degree,
    points: pointsOf(splats),
    remarks: [],
    some: (most) => selectSplats(splats, spreadRows(splats.count, most)),
    // What has counts is a run already.
    make: (own) =>
      own && !start.counts ? { ...start, splats: copySplats(sliceSplats(splats, ...own)) } : start,
  };
}

/** At most so many rows, spread over all. */
export function spreadRows(count: number, most: number): Uint32Array {
  const every = Math.max(1, Math.ceil(count / most));
  return Uint32Array.from({ length: Math.ceil(count / every) }, (_, i) => every * i);
}

function rowsOf([first, end]: OwnRun): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, i) => first + i);
}

/** Centres and colours of Gaussians. */
export function pointsOf({ positions, shDc }: Pick<Splats, "positions" | "shDc">): PointCloud {
  const colours = Uint8Array.from(
    { length: shDc.length },
    (_, i) => Math.min(255, Math.max(0, 255 * (0.5 + SH_C0 * shDc[i]!))),
  );
  return { positions, colours };
}
