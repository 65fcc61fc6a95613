import { scale } from "../../../../gpu/ops/array/elementwise/unary.ts";
import type { Schedule } from "../../../../gpu/optim/schedules.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { BatchScaling } from "../../training/batch/batch_scaling.ts";
import type { NamedParameter } from "../../../run/trainee.ts";
import type {
  Appearance,
  AppearanceContext,
  AppearanceKind,
  Look,
  Pictured,
} from "../appearance.ts";
import { stepAppearance } from "../step_appearance.ts";
import { gridRate, type GridSize, identityGrids, VARIATION_WEIGHT } from "./bilateral_grids.ts";
import { bilateralSlice } from "./bilateral_slice.ts";
import { totalVariation } from "./total_variation.ts";

/** Nodes of the grid that gsplat gives each picture. */
const SIZE: GridSize = [16, 16, 8];
/** gsplat's warm-up, and the most of a short run that it may take. */
const WARMUP = 1000;
const MOST_WARMUP = 0.1;
/** gsplat's. */
const EPS = 1e-15;

/** A bilateral grid for each picture; pictures that were not trained on have none. */
class BilateralGrids implements Appearance {
  readonly #grids: Parameter;
  readonly #rate: Schedule;
  readonly #scaling: BatchScaling;
  steps = 0;

  constructor({ gpu, views, scaling, config }: AppearanceContext) {
    const { iterations, appearance_lr: rate } = config;
    this.#scaling = scaling;
    this.#grids = identityGrids(gpu, views, SIZE);
    this.#rate = gridRate({
      rate,
      warmup: Math.max(1, Math.min(WARMUP, MOST_WARMUP * iterations)),
      length: iterations,
    });
  }

  parameters(): NamedParameter[] {
    return [["appearance.grids", this.#grids]];
  }

  look({ view }: Pictured): Look | null {
    return view === null ? null : (image) => bilateralSlice(image, this.#grids.value, view).image;
  }

  loss(): Tensor {
    return scale(totalVariation(this.#grids.value), VARIATION_WEIGHT);
  }

  step(_iteration: number, broken: Tensor): void {
    const rate = this.#rate(this.steps++);
    const scaling = this.#scaling;
    stepAppearance([this.#grids], { rate, step: this.steps, eps: EPS, scaling, broken });
  }

  release(): void {
    this.#grids.release();
  }
}

/** Maps of colours that change over the picture and with luminance (Wang et al. 2024). */
export const bilateral: AppearanceKind = {
  summary: "maps of colours over each picture and its luminances (bilateral grid)",
  ofCameras: false,
  make: (context) => new BilateralGrids(context),
};
