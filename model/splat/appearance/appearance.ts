import type { NdArray } from "../../../data/formats/nd_array.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { NamedParameter } from "../../run/trainee.ts";
import type { SplatConfig } from "../config.ts";
import type { BatchScaling } from "../training/batch/batch_scaling.ts";
import type { AppearanceName } from "./table.ts";

/** What cameras make of light: a picture [3, height, width] as drawn to the same as photographed. */
export type Look = (image: Tensor) => Tensor;

/** A picture whose look is asked for. */
export interface Pictured {
  /** Its row among the pictures trained on; null for others. */
  readonly view: number | null;
  /** Which of the physical cameras took it. */
  readonly camera: number;
}

/** What pictures differ in besides what they show, learned along with the Gaussians. */
export interface Appearance {
  /** All that is learned, by name. */
  parameters(): readonly NamedParameter[];
  /** The look of a picture; null where it is left as it is drawn. */
  look(picture: Pictured): Look | null;
  /** A term of the loss, f32 without axes, that keeps it from explaining what the scene should. */
  loss?(): Tensor;
  /** Whether it learns alone at an iteration, while the Gaussians rest. */
  alone?(iteration: number): boolean;
  /** Takes the optimizer's step; `broken` u32 [1] holds the values back unless it is 0. */
  step(iteration: number, broken: Tensor): void;
  /** Steps that were taken; restored from a checkpoint. */
  steps: number;
  /** Gives the memory back. */
  release(): void;
}

/** What an appearance is made for. */
export interface AppearanceContext {
  readonly gpu: Gpu;
  readonly config: SplatConfig;
  /** Of steps on several views. */
  readonly scaling: BatchScaling;
  /** How many pictures are trained on. */
  readonly views: number;
  /** How many physical cameras took them, and those held out. */
  readonly cameras: number;
}

/** An appearance as the table has it. */
export interface AppearanceKind {
  /** What it does, in a line. */
  readonly summary: string;
  /** Whether it learns something of each physical camera too. */
  readonly ofCameras: boolean;
  /** Makes it, changing nothing yet. */
  readonly make: (context: AppearanceContext) => Appearance;
}

/** An appearance as it is kept beside Gaussians. */
export interface SavedAppearance {
  /** Which of the table it is. */
  readonly name: AppearanceName;
  /** Whether PPISP has controllers, and for how many iterations it was to be trained. */
  readonly settings: Pick<SplatConfig, "ppisp_controller" | "iterations">;
  /** Steps that were taken. */
  readonly steps: number;
  /** Names of the pictures trained on, in the order of their rows. */
  readonly views: readonly string[];
  /** How many physical cameras there were. */
  readonly cameras: number;
  /** What was learned, by name. */
  readonly arrays: Readonly<Record<string, NdArray>>;
}

/** Reads all that an appearance has learned; null has learned nothing. */
export async function savedAppearance(
  appearance: Appearance | null,
  { settings: { ppisp_controller, iterations }, ...about }: Omit<
    SavedAppearance,
    "arrays" | "steps"
  >,
): Promise<SavedAppearance> {
  const arrays: Record<string, NdArray> = {};
  for (const [name, { value }] of appearance?.parameters() ?? []) {
    const data = await value.read("f32");
    arrays[name] = { dtype: "float32", shape: [...value.shape], data };
  }
  const settings = { ppisp_controller, iterations };
  return { ...about, settings, steps: appearance?.steps ?? 0, arrays };
}

/** Gives an appearance what was learned; `file` is where it comes from. */
export function setAppearance(
  appearance: Appearance,
  { arrays, steps }: Pick<SavedAppearance, "arrays" | "steps">,
  file: string,
): void {
  appearance.steps = steps;
  for (const [name, parameter] of appearance.parameters()) {
    const { shape = [], dtype, data } = arrays[name] ?? {};
    if (dtype !== "float32" || shape.join() !== parameter.shape.join()) {
      throw new RangeError(
        `Cannot restore "${file}": "${name}" is ${dtype ?? "absent"} [${shape}], it must be ` +
          `float32 [${parameter.shape}]`,
      );
    }
    parameter.set(data as Float32Array);
  }
}
