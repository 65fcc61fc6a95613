import { ViewOrder } from "../../../data/random/view_order.ts";
import type { SplatTrainOptions } from "./splat_training.ts";

/** Which view each iteration has. */
export class ShotOrder {
  readonly #views: ViewOrder;
  readonly #byName: Map<string, number>;
  #iteration = 0;

  constructor(private readonly options: SplatTrainOptions) {
    const { config, train, test, viewOrder } = options;
    this.#views = new ViewOrder(train.length, { tests: test.length, seed: config.seed });
    this.#byName = new Map(train.map(({ name }, i) => [name, i]));
    if (viewOrder && viewOrder.length < config.iterations) {
      throw new RangeError(
        `Cannot train ${config.iterations} iterations: the order of views has ${viewOrder.length}`,
      );
    }
    const unknown = viewOrder?.find((name) => !this.#byName.has(name));
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot train on view "${unknown}": the scene's ${train.length} training views have no such name`,
      );
    }
  }

  /** Index of the next view. */
  next(): number {
    const { viewOrder } = this.options;
    const at = this.#iteration++;
    const drawn = this.#views.next();
    return viewOrder ? this.#byName.get(viewOrder[at]!)! : drawn;
  }

  skip(iterations: number): void {
    for (let i = 0; i < iterations; i++) this.next();
  }
}
