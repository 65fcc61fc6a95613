/** A scene or key frame that can be shown; `version` changes when its files do. */
export interface ViewedItem {
  /** What its content is asked for by. */
  readonly id: string;
  /** What it is called on the page. */
  readonly label: string;
  /** Another text as soon as its files are others. */
  readonly version: string;
  /** Whether it is points, which are best seen as such. */
  readonly points?: true;
}

/** A camera that pictures were taken with, in the frame of the splats. */
export interface ViewedCamera {
  /** Name of its picture. */
  readonly name: string;
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Focal length across, in pixels. */
  readonly fx: number;
  /** Focal length down, in pixels. */
  readonly fy: number;
  /** Where it looks straight ahead, in pixels from the left; the middle unless given. */
  readonly cx?: number;
  /** The same from the top. */
  readonly cy?: number;
  /** Where it stood. */
  readonly position: readonly number[];
  /** world_from_camera, row by row; the camera looks along z, y points down. */
  readonly rotation: readonly (readonly number[])[];
}

/** A class or kind of error with its colour, RGB bytes. */
export interface ViewedClass {
  /** What it is called. */
  readonly name: string;
  /** Red, green and blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
}

/** What may be asked of a run from the page. */
export type RunWord = "pause" | "go on" | "save" | "stop";

/** A run that goes on at this moment, or did. */
export interface ViewedRun {
  /** Whether it goes on, if only paused. */
  readonly running: boolean;
  /** Whether it was paused from here. */
  readonly paused: boolean;
  /** Steps or iterations done. */
  readonly step: number;
  /** In all; null where that is not known. */
  readonly steps: number | null;
  /** Steps a second as of late; null before that is known. */
  readonly rate: number | null;
  /** What may be asked of it here. */
  readonly words: readonly RunWord[];
}

/** What there is to see now. */
export interface ViewState {
  /** Which page shows it. */
  readonly kind: "splats" | "occupancy";
  /** Name of the path. */
  readonly title: string;
  /** In order of their making, the newest last. */
  readonly items: readonly ViewedItem[];
  /** Of splats: the views trained on and tested with. */
  readonly cameras: readonly ViewedCamera[];
  /** Of splats: another text where the cameras' photos are others; null where there are none. A photo is the item "photo". */
  readonly photos: string | null;
  /** Of splats: what they were trained before; null where it is not known. */
  readonly background: "black" | "white" | null;
  /** Of occupancy: by label. */
  readonly classes: readonly ViewedClass[];
  /** Of occupancy: kinds of errors by number. */
  readonly errors: readonly ViewedClass[];
  /** Of the folder of a run: how far it is. */
  readonly run: ViewedRun | null;
  /** Figures of a training run, name and value. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  /** Of several runs: their names, and the settings that differ. */
  readonly compared: {
    readonly runs: readonly string[];
    readonly rows: readonly (readonly string[])[];
  } | null;
  /** Curves of a training run, each an SVG picture. */
  readonly charts: readonly string[];
  /** Why something cannot be shown, in one line. */
  readonly problem: string | null;
}

/** Content of one part of what is shown. */
export interface ViewResource {
  /** Media type. */
  readonly type: string;
  /** The bytes, in pieces where there are many. */
  readonly body: Uint8Array | Iterable<Uint8Array>;
}

/** A path that is looked at; files are only ever read, and read anew each time. */
export interface Viewed {
  /** What there is to see at this moment. */
  state(): ViewState;
  /** Content by a name's parts, as [item id, part, …]; null where there is none such. */
  resource(name: readonly string[]): Promise<ViewResource | null>;
  /** Asks something of the run that is shown; throws where that is not to be had. */
  ask?(word: RunWord): Promise<void>;
  /** Gives back what is kept in memory. */
  close(): void;
}

/** What cannot be shown, in one line: the first of it, and how much more there is. */
export function problemOf(leftOut: readonly string[]): string | null {
  const [first, ...rest] = leftOut;
  if (first === undefined) return null;
  return `left out: ${first}${rest.length ? ` (and ${rest.length} more)` : ""}`;
}

/** A state in which there is nothing yet. */
export function emptyState(kind: ViewState["kind"], title: string): ViewState {
  return {
    kind,
    title,
    items: [],
    cameras: [],
    photos: null,
    background: null,
    classes: [],
    errors: [],
    run: null,
    figures: [],
    compared: null,
    charts: [],
    problem: null,
  };
}
