import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { HostArray } from "../../../operators/operator.ts";
import type { Trace } from "../../network/trace.ts";
import type { SuperOccConfig } from "../config/config.ts";
import type { LayerResult } from "../network/decoder_layer.ts";
import type { SuperOccupancy } from "../network/superocc.ts";
import { splatCounts } from "./splat_counts.ts";

// Arrays that have a leading axis for the batch of one in the original.
const BATCHED =
  /^(memory_|query\.(point|feature)|layer\d+\.(?!uv|view|boxes|bin_logits|density|probability)|pred_occ)/;

/** Collects the intermediates of a key frame and reads them under the original's names. */
export class FrameArrays implements Disposable {
  readonly #tensors = new Map<string, Tensor>();

  constructor(private readonly config: SuperOccConfig) {}

  /** Keeps a tensor beyond its scope and its part in a backward pass. */
  readonly note: Trace = (name, tensor) => {
    this.#tensors.set(name, tensor.gpu.lasting(() => tensor.alias()));
  };

  /** Notes what a key frame came to, beside what its parts told. */
  result({ layers, probabilities }: SuperOccupancy): void {
    noGradient(probabilities.gpu, () => {
      layers.forEach((layer, i) => {
        for (const [name, tensor] of Object.entries(superquadricsOf(layer))) {
          this.note(`layer${i}.${name}`, tensor);
        }
      });
      this.note("pred_occ", probabilities);
    });
  }

  /** All arrays that were noted. */
  async read(): Promise<Record<string, HostArray>> {
    const arrays: Record<string, HostArray> = {};
    for (const [name, tensor] of this.#tensors) {
      const data = await tensor.read();
      const shape = tensor.shape.length === 0 ? [1] : tensor.shape;
      arrays[name] = {
        shape: BATCHED.test(name) && name !== "memory_out.rows" ? [1, ...shape] : shape,
        data: name === "query.far_mask"
          ? Uint8Array.from(data)
          : tensor.dtype === "u32"
          ? Int32Array.from(data)
          : data,
      };
    }
    this.#shape(arrays);
    return arrays;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors.values()) tensor.release();
  }

  /** The original keeps the first camera of the largest map, and views by frame and group. */
  #shape(arrays: Record<string, HostArray>): void {
    const largest = arrays["fpn.P0"];
    if (largest) {
      const shape = [1, ...largest.shape.slice(1)];
      const size = shape.reduce((a, b) => a * b);
      arrays["fpn.P0"] = { shape, data: (largest.data as Float32Array).slice(0, size) };
    }
    const { groups, points } = this.config.decoder;
    this.config.decoder.refines.forEach((_, i) => {
      const name = `layer${i}`;
      for (const [part, lanes] of [["view", 1], ["uv", 2]] as const) {
        const array = arrays[`${name}.${part}`];
        if (array) arrays[`${name}.${part}`] = byGroup(array, { groups, points, lanes });
      }
      const boxes = arrays[`${name}.boxes`];
      if (!boxes) return;
      delete arrays[`${name}.boxes`];
      Object.assign(
        arrays,
        Object.fromEntries(
          Object.entries(splatCounts(arrays[`${name}.sq`]!.data, boxes.data, this.config))
            .map(([part, array]) => [`${name}.${part}`, array]),
        ),
      );
    });
  }
}

/** Raw and decoded superquadrics [queries, refines, 13], and the scores of their classes. */
function superquadricsOf({ scores, raw, superquadrics }: LayerResult): Record<string, Tensor> {
  const { points, means, scales, rotations, opacities, exponents } = superquadrics;
  const [queries, count] = [scores.rows, means.rows];
  const shaped = (parts: Tensor[]) => reshape(concat(parts, 1), [queries, count / queries, 13]);
  return {
    sq_raw: shaped([points, slice(raw, 1, 3, 6), rotations, slice(raw, 1, 10, 13)]),
    sq: shaped([means, scales, rotations, reshape(opacities, [count, 1]), exponents]),
    class_scores: scores,
  };
}

/** [frames, queries * groups * points, ...] as [frames * groups, queries, points, ...]. */
function byGroup(
  { shape: [frames = 0, rows = 0], data }: HostArray,
  { groups, points, lanes }: Readonly<Record<"groups" | "points" | "lanes", number>>,
): HostArray {
  const queries = rows / groups / points;
  const sorted = lanes === 1 ? new Int32Array(data.length) : new Float32Array(data.length);
  const run = points * lanes;
  for (let frame = 0; frame < frames; frame++) {
    for (let query = 0; query < queries; query++) {
      for (let group = 0; group < groups; group++) {
        const from = ((frame * queries + query) * groups + group) * run;
        const to = ((frame * groups + group) * queries + query) * run;
        for (let i = 0; i < run; i++) sorted[to + i] = data[from + i]!;
      }
    }
  }
  const shape = [frames * groups, queries, points];
  return { shape: lanes === 1 ? shape : [...shape, lanes], data: sorted };
}
