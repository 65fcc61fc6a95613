/** A scene or key frame that can be shown; `version` changes when its files do. */
export interface ViewedItem {
  readonly id: string;
  readonly label: string;
  readonly version: string;
}

/** A camera that pictures were taken with, in the frame of the splats. */
export interface ViewedCamera {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Focal lengths in pixels. */
  readonly fx: number;
  readonly fy: number;
  readonly position: readonly number[];
  /** world_from_camera, row by row; the camera looks along z, y points down. */
  readonly rotation: readonly (readonly number[])[];
}

/** A class or kind of error with its colour, RGB bytes. */
export interface ViewedClass {
  readonly name: string;
  readonly colour: readonly [number, number, number];
}

/** What there is to see now. */
export interface ViewState {
  readonly kind: "splats" | "occupancy";
  readonly title: string;
  /** In order of their making, the newest last. */
  readonly items: readonly ViewedItem[];
  /** Of splats: the views trained on and tested with. */
  readonly cameras: readonly ViewedCamera[];
  /** Of occupancy: by label. */
  readonly classes: readonly ViewedClass[];
  /** Of occupancy: kinds of errors by number. */
  readonly errors: readonly ViewedClass[];
  /** Figures of a training run, name and value. */
  readonly figures: readonly (readonly [name: string, value: string])[];
  /** Curves of a training run, each an SVG picture. */
  readonly charts: readonly string[];
  /** Why something cannot be shown, in one line. */
  readonly problem: string | null;
}

/** Content of one part of what is shown. */
export interface ViewResource {
  /** Media type. */
  readonly type: string;
  readonly body: Uint8Array | Iterable<Uint8Array>;
}

/** A path that is looked at; files are only ever read, and read anew each time. */
export interface Viewed {
  state(): ViewState;
  /** Content by a name's parts, as [item id, part, …]; null where there is none such. */
  resource(name: readonly string[]): Promise<ViewResource | null>;
}

/** A state in which there is nothing yet. */
export function emptyState(kind: ViewState["kind"], title: string): ViewState {
  return {
    kind,
    title,
    items: [],
    cameras: [],
    classes: [],
    errors: [],
    figures: [],
    charts: [],
    problem: null,
  };
}
