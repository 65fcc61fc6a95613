/** RGB bytes. */
export type Colour = readonly [number, number, number];

/** Voxels of labels: index (x * ny + y) * nz + z. */
export interface LabelGrid {
  /** Voxels along x, y and z. */
  readonly dims: readonly [number, number, number];
  /** Edge of a voxel, metres. */
  readonly voxel: number;
  /** Low corner, metres, in the labels' frame. */
  readonly min: readonly [number, number, number];
}

/**
 * What a set of labelled voxels is: all that a model, a loss, a measure or a picture of it must know.
 * Plain data, so that it travels with settings, samples and checkpoints.
 */
export interface OccupancyTask {
  /** What people call the set, as in messages: "SurroundOcc". */
  readonly name: string;
  /** The readers of its files, by the table in `data/datasets.ts`. */
  readonly dataset: string;
  /** Names by label; there are as many classes. */
  readonly classes: readonly string[];
  /** Label of free space. */
  readonly empty: number;
  /** Labels that say nothing: they count in no loss and in no measure. */
  readonly ignored: readonly number[];
  /** Colours by label; that of free space is drawn by no one. */
  readonly palette: readonly Colour[];
  /** Where the labels are. */
  readonly grid: LabelGrid;
  /** The frame of that grid: x right and y forward, or x forward and y left; z up. */
  readonly frame: "lidar" | "ego";
  /** Names of the cameras, in the order in which the network takes them. */
  readonly cameras: readonly string[];
  /** The cameras as one looks around, front row before back row, left to right. */
  readonly around: readonly (readonly number[])[];
  /** Whose rule the mean that papers report follows. */
  readonly metric: MetricRule;
  /** Published weights of the classes in the cross-entropy, if there are any. */
  readonly weights: readonly number[] | null;
  /** Voxels by class in the training set, if they are known. */
  readonly frequencies: readonly number[] | null;
}

/** Low corner, then high corner of a grid, metres. */
export function gridRange(
  { dims, voxel, min }: LabelGrid,
): [number, number, number, number, number, number] {
  const high = (axis: 0 | 1 | 2) => min[axis] + dims[axis] * voxel;
  return [...min, high(0), high(1), high(2)];
}

/** Labels that count in measures: all but free space and those that say nothing. */
export function countedClasses(
  { classes, empty, ignored }: Pick<OccupancyTask, "classes" | "empty" | "ignored">,
): number[] {
  return classes.map((_, label) => label)
    .filter((label) => label !== empty && !ignored.includes(label));
}

/** The classes that count with their colours, as legends show them. */
export function classLegend(task: OccupancyTask): { name: string; colour: Colour }[] {
  return countedClasses(task)
    .map((label) => ({ name: task.classes[label]!, colour: task.palette[label]! }));
}

/** Those of the classes that occur in any of the given labels; all of them where these hold none. */
export function legendWithin(
  task: OccupancyTask,
  given: readonly ArrayLike<number>[],
): { name: string; colour: Colour }[] {
  const occurs = new Set<number>();
  for (const labels of given) {
    for (let i = 0; i < labels.length; i++) occurs.add(labels[i]!);
  }
  const present = task.classes.flatMap((name, label) => {
    if (!occurs.has(label) || label === task.empty) return [];
    const counts = task.ignored.includes(label) ? " (does not count)" : "";
    return [{ name: `${name}${counts}`, colour: task.palette[label]! }];
  });
  return present.length ? present : classLegend(task);
}

// Whatever draws voxels takes labels past the colours for nothing.
const NOTHING = 255;

/** Colours by label for what draws voxels; without that of free space where it is the last class. */
export function drawnColours({ palette, empty }: Pick<OccupancyTask, "palette" | "empty">) {
  return empty === palette.length - 1 ? palette.slice(0, empty) : palette;
}

/** Labels for what draws voxels: free space past `drawnColours`. */
export function drawnLabels(
  labels: ArrayLike<number>,
  { palette, empty }: Pick<OccupancyTask, "palette" | "empty">,
): Uint8Array {
  const drawn = Uint8Array.from(labels);
  if (empty === palette.length - 1) return drawn;
  for (let i = 0; i < drawn.length; i++) if (drawn[i] === empty) drawn[i] = NOTHING;
  return drawn;
}

/**
 * What a class that no label has counts as in a published mean over classes: 1 ("surroundocc"),
 * nothing ("occ3d"), or 0 ("ssc").
 */
export type MetricRule = "surroundocc" | "occ3d" | "ssc";
