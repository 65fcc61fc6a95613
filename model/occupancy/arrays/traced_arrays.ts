import type { Tensor } from "../../../gpu/tensor.ts";
import type { HostArray } from "../../operators/operator.ts";
import type { AnchorModelConfig, HeadConfig } from "../config/anchor_config.ts";
import type { Trace } from "../network/trace.ts";

// Arrays that have a leading axis for the batch of one in the original.
const BATCHED =
  /^(lifter\.(representation|pixel_logits|pixel_gt|sample_index)|encoder\.|layers\.|pred_occ|block\d+\.(?!key_points|visible))/;
const BYTES = /^(lifter\.pixel_gt|block\d+\.visible)$/;

/** Collects the intermediates of a forward pass and reads them under the original's names. */
export class TracedArrays implements Disposable {
  readonly #tensors = new Map<string, Tensor>();

  constructor(private readonly config: AnchorModelConfig) {}

  /** Keeps a tensor beyond its scope and its part in a backward pass. */
  readonly note: Trace = (name, tensor) => {
    this.#tensors.set(name, tensor.gpu.lasting(() => tensor.alias()));
  };

  /**
   * All arrays that were noted, shaped and named as in the original; `supervised` says which blocks
   * the head has aggregated.
   */
  async read(supervised: readonly number[]): Promise<Record<string, HostArray>> {
    const arrays: Record<string, HostArray> = {};
    for (const [name, tensor] of this.#tensors) {
      const data = await tensor.read();
      const shape = tensor.shape.length === 0 ? [1] : tensor.shape;
      arrays[name] = {
        shape: BATCHED.test(name) ? [1, ...shape] : shape,
        data: BYTES.test(name)
          ? Uint8Array.from(data)
          : tensor.dtype === "u32"
          ? Int32Array.from(data)
          : data,
      };
    }
    this.#shapeLifter(arrays);
    for (const name of Object.keys(arrays).filter((name) => name.endsWith(".boxes"))) {
      const head = name.slice(0, -".boxes".length);
      this.#describeBoxes(arrays, head, supervised[Number(head.split(".")[1])]!);
    }
    return arrays;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors.values()) tensor.release();
  }

  #shapeLifter(arrays: Record<string, HostArray>): void {
    const { "lifter.candidates": candidates, "lifter.candidate_count": count } = arrays;
    const index = arrays["lifter.sample_index"];
    if (!candidates || !count || !index) return;
    const points = count.data[0]!;
    arrays["lifter.candidates"] = {
      shape: [points, 3],
      data: (candidates.data as Float32Array).slice(0, 3 * points),
    };
    const maps = arrays["lifter.pixel_logits"]!.shape.slice(0, -1);
    const draws = index.shape[2]!;
    arrays["lifter.sample_index"] = {
      shape: draws === 1 ? maps : [...maps, draws],
      data: index.data,
    };
    delete arrays["lifter.candidate_count"];
  }

  /** Radii, cells and the number of (Gaussian, voxel) pairs, the empty Gaussian's last. */
  #describeBoxes(arrays: Record<string, HostArray>, name: string, block: number): void {
    const boxes = arrays[`${name}.boxes`]!.data;
    delete arrays[`${name}.boxes`];
    const { range, voxel } = this.config.occupancy;
    const empty = emptyOf(this.config.head);
    const means = withRow(arrays[`block${block}.means`]!.data, empty?.mean);
    const scales = withRow(arrays[`block${block}.scales`]!.data, empty?.scale);
    if (empty) {
      const inverse = arrays[`${name}.covinv6`]!;
      const own = [...empty.scale.map((scale) => 1 / scale ** 2), 0, 0, 0];
      arrays[`${name}.covinv6`] = {
        shape: [inverse.shape[0]! + 1, 6],
        data: withRow(inverse.data, own),
      };
    }
    const count = means.length / 3;
    const { scaleMultiplier: multiplier } = this.config.head;
    const cells = new Int32Array(means.length);
    const radii = new Int32Array(count).fill(smallestRadius(this.config.head));
    for (let i = 0; i < means.length; i++) {
      // In f32, as on the GPU, for a value at the border of a cell may fall to either side.
      cells[i] = Math.fround(Math.fround(means[i]! - range[i % 3]!) / voxel);
      const reach = Math.ceil(Math.fround(Math.fround(scales[i]! * multiplier) / voxel));
      const gaussian = Math.floor(i / 3);
      radii[gaussian] = Math.max(radii[gaussian]!, reach);
    }
    arrays[`${name}.cells`] = { shape: [count, 3], data: cells };
    arrays[`${name}.radii`] = { shape: [count], data: radii };
    let pairs = empty ? voxelCount(this.config) : 0;
    for (let g = 0; g < boxes.length; g += 6) {
      const [dx = 0, dy = 0, dz = 0] = [0, 1, 2].map((axis) =>
        Math.max(0, boxes[g + axis + 3]! - boxes[g + axis]! + 1)
      );
      pairs += dx * dy * dz;
    }
    arrays[`${name}.num_pairs`] = { shape: [1], data: Int32Array.of(pairs) };
  }
}

/** Rows with one more at their end, if there is one; no list of them, which a call could not take. */
function withRow(rows: ArrayLike<number>, last: readonly number[] = []): Float32Array {
  const all = new Float32Array(rows.length + last.length);
  all.set(rows);
  all.set(last, rows.length);
  return all;
}

function smallestRadius({ kind }: HeadConfig): number {
  return kind === "additive" ? 0 : 1;
}

function emptyOf(head: HeadConfig) {
  return head.kind === "additive" ? head.empty : null;
}

function voxelCount({ occupancy: { range, voxel } }: AnchorModelConfig): number {
  return [0, 1, 2].reduce(
    (product, axis) => product * Math.round((range[axis + 3]! - range[axis]!) / voxel),
    1,
  );
}
