import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import type { Schedule } from "../../../../gpu/optim/schedules.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { Initializer } from "../../../init.ts";
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
import { ppisp, type PpispTables } from "./ppisp.ts";
import { PpispController } from "./ppisp_controller.ts";
import { ppispRegulariser } from "./ppisp_regulariser.ts";
import { identityPpisp, type PpispParameters, ppispRate } from "./ppisp_tables.ts";

/** The authors' warm-up, and the most of a short run that it may take. */
const WARMUP = 500;
const MOST_WARMUP = 0.1;
/**
 * With the authors' 1e-15 a step follows the rounding of gradients that are exactly 0, which differs from
 * adapter to adapter: at the start the curve's centre changes nothing.
 */
const EPS = 1e-8;
/** Share of the iterations after which controllers learn, and nothing else does. */
const CONTROLLED = 0.8;
const CONTROLLER_RATE = 0.001;
const CONTROLLER_EPS = 1e-15;

/** PPISP: exposure and colours of each picture, vignetting and response of each camera. */
class Ppisp implements Appearance {
  readonly #tables: PpispParameters;
  readonly #controllers: PpispController[];
  readonly #prior: Tensor;
  readonly #rate: Schedule;
  /** Iteration after which the controllers learn; there is none without them. */
  readonly #from: number;
  readonly #scaling: BatchScaling;
  steps = 0;

  constructor({ gpu, views, cameras, scaling, config }: AppearanceContext) {
    this.#scaling = scaling;
    const { iterations, ppisp_controller, appearance_lr: rate, seed } = config;
    this.#tables = identityPpisp(gpu, views, cameras);
    const init = new Initializer(gpu, seed);
    this.#controllers = Array.from(
      { length: ppisp_controller ? cameras : 0 },
      () => new PpispController(init),
    );
    this.#prior = gpu.lasting(() => Tensor.zeros(gpu, [1]));
    this.#rate = ppispRate({
      rate,
      warmup: Math.max(1, Math.min(WARMUP, MOST_WARMUP * iterations)),
    });
    this.#from = ppisp_controller ? Math.floor(CONTROLLED * iterations) : Infinity;
  }

  parameters(): NamedParameter[] {
    return [
      ...Object.entries(this.#tables).map(([name, parameter]) =>
        [`appearance.${name}`, parameter] as const
      ),
      ...this.#controllers.flatMap((controller, camera) => [
        ...controller.namedParameters(`appearance.controllers.${camera}.`),
      ]),
    ];
  }

  look({ view, camera }: Pictured): Look {
    const controller = this.#controllers[camera];
    // Until controllers learn, new views have the mean of those trained on, which is held at nothing.
    if (view === null && controller && this.steps >= this.#from) {
      return (image) => this.#controlled(image, { controller, camera });
    }
    return (image) => ppisp(image, this.#values(), { camera, frame: view });
  }

  loss(): Tensor {
    return ppispRegulariser(this.#values()).loss;
  }

  alone(iteration: number): boolean {
    return iteration > this.#from;
  }

  step(iteration: number, broken: Tensor): void {
    const step = ++this.steps;
    const alone = this.alone(iteration);
    const parameters = alone
      ? this.#controllers.flatMap((one) => one.trainableParameters().map(([, each]) => each))
      : Object.values(this.#tables);
    stepAppearance(parameters, {
      rate: alone ? CONTROLLER_RATE : this.#rate(step - 1),
      step: alone ? iteration - this.#from : step,
      eps: alone ? CONTROLLER_EPS : EPS,
      scaling: this.#scaling,
      broken,
    });
    for (const [, parameter] of this.parameters()) parameter.zeroGradient();
  }

  #values(): PpispTables {
    const { exposure, vignetting, colour, response } = this.#tables;
    return {
      exposure: exposure.value,
      vignetting: vignetting.value,
      colour: colour.value,
      response: response.value,
    };
  }

  #controlled(
    image: Tensor,
    { controller, camera }: { readonly controller: PpispController; readonly camera: number },
  ): Tensor {
    const { exposure, colour } = controller.forward(image, this.#prior);
    const tables = { ...this.#values(), exposure, colour: reshape(colour, [1, 8]) };
    return ppisp(image, tables, { camera, frame: 0 });
  }

  release(): void {
    for (const [, parameter] of this.parameters()) parameter.release();
    this.#prior.release();
  }
}

/** What cameras do to light: exposure, vignetting, white balance, response (Deutsch et al. 2025). */
export const ppispKind: AppearanceKind = {
  summary: "exposure and white balance of each picture, vignetting and response of each camera",
  ofCameras: true,
  make: (context) => new Ppisp(context),
};
