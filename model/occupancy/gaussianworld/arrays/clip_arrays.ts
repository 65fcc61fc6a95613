import type { HostArray } from "../../../operators/operator.ts";
import { TracedArrays } from "../../arrays/traced_arrays.ts";
import type { Trace } from "../../network/trace.ts";
import type { GaussianWorldConfig } from "../config/config.ts";
import type { Moment } from "../../network/occupancy_network.ts";
import { motionBetween } from "../motion.ts";

const BATCHED = /^(warp\.(anchor|feature)|block\d+\.key_points)$/;
const FROM_PRIOR = 0x80000000;

/** Collects the intermediates of one key frame and reads them under the names of a clip's arrays. */
export class ClipArrays implements Disposable {
  readonly #traced: TracedArrays;

  /** `before` is when the key frame before it was, if it is not the first one. */
  constructor(
    config: GaussianWorldConfig,
    private readonly now: Moment,
    private readonly before: Moment | undefined,
  ) {
    this.#traced = new TracedArrays(config);
  }

  get note(): Trace {
    return this.#traced.note;
  }

  async read(supervised: readonly number[]): Promise<Record<string, HostArray>> {
    const arrays = await this.#traced.read(supervised);
    const kept = arrays["warp.kept"]?.data[0];
    for (const [name, { shape, data }] of Object.entries(arrays)) {
      if (BATCHED.test(name)) arrays[name] = { shape: [1, ...shape], data };
      if (!name.endsWith(".motion_weight")) continue;
      // It is there for history rows alone.
      const rows = Float32Array.from({ length: kept! }, (_, row) => data[row]!);
      arrays[name] = { shape: [rows.length], data: rows };
    }
    if (kept !== undefined) this.#describeWarp(arrays, kept);
    else arrays.fill_num = integers([-1]);
    return arrays;
  }

  [Symbol.dispose](): void {
    this.#traced[Symbol.dispose]();
  }

  #describeWarp(arrays: Record<string, HostArray>, kept: number): void {
    const take = (name: string) => {
      const array = arrays[`warp.${name}`]!;
      delete arrays[`warp.${name}`];
      return array;
    };
    const flags = take("flags");
    const candidates = take("candidates").data;
    const found: number[] = [];
    for (let row = 0; row < candidates.length; row++) if (candidates[row]) found.push(row);
    // Traced as signed numbers, in which the mark of the prior is the sign.
    const rows = take("rows").data;
    const drawn = Int32Array.from(
      { length: rows.length - kept },
      (_, i) => rows[kept + i]! + FROM_PRIOR,
    );
    arrays.fill_num = integers([flags.data.length - kept]);
    arrays["warp.prev2cur"] = {
      shape: [4, 4],
      data: Float32Array.from(
        motionBetween(this.before!.worldFromFrame, this.now.worldFromFrame).matrix,
      ),
    };
    arrays["warp.unit"] = take("fractions");
    arrays["warp.keep"] = { shape: flags.shape, data: Uint8Array.from(flags.data) };
    arrays["warp.candidate_rows"] = integers(found);
    arrays["warp.chosen_rows"] = { shape: [drawn.length], data: drawn };
    for (const name of ["kept", "moved", "priorMoved"]) take(name);
  }
}

function integers(values: readonly number[]): HostArray {
  return { shape: [values.length], data: Int32Array.from(values) };
}
