import { ViewOrder } from "../../../data/random/view_order.ts";
import type { SplatTrainOptions } from "./splat_training.ts";

/** Which views each iteration has, `views` of them. */
export class ShotOrder {
  readonly #views: ViewOrder;
  readonly #byName: Map<string, number>;
  #drawn = 0;

  constructor(private readonly options: SplatTrainOptions, private readonly views: number) {
    const { config, train, test, viewOrder } = options;
    this.#views = new ViewOrder(train.length, { tests: test.length, seed: config.seed });
    this.#byName = new Map(train.map(({ name }, i) => [name, i]));
    const needed = views * config.iterations;
    if (viewOrder && viewOrder.length < needed) {
      const each = views > 1 ? ` of ${views} views` : "";
      throw new RangeError(
        `Cannot train ${config.iterations} iterations${each}: the order of views has ${viewOrder.length}`,
      );
    }
    const unknown = viewOrder?.find((name) => !this.#byName.has(name));
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot train on view "${unknown}": the scene's ${train.length} training views have no such name`,
      );
    }
  }

  /** Views of all iterations so far. */
  get drawn(): number {
    return this.#drawn;
  }

  /** Indices of the next iteration's views. */
  next(): number[] {
    return Array.from({ length: this.views }, () => this.#one());
  }

  /** Passes over views. */
  skip(views: number): void {
    for (let i = 0; i < views; i++) this.#one();
  }

  #one(): number {
    const { viewOrder } = this.options;
    const at = this.#drawn++;
    const drawn = this.#views.next();
    return viewOrder ? this.#byName.get(viewOrder[at]!)! : drawn;
  }
}
