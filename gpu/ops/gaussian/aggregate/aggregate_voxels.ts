import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { sum } from "../../array/reduce/sum.ts";
import { type AggregationInputs, type AggregationPlaces, runAggregation } from "./aggregation.ts";
import emptySource from "./empty_gaussian.wgsl" with { type: "text" };

const emptyKernel = new Kernel("gpu/ops/gaussian/aggregate/empty_gaussian.wgsl", emptySource);

/** One more Gaussian, unturned and of opacity 1, that reaches every voxel and one channel. */
export interface EmptyGaussian {
  /** Semantics of the channel [1]. */
  readonly value: Tensor;
  /** Its centre (m). */
  readonly mean: readonly [number, number, number];
  /** Metres along x, y and z. */
  readonly scale: readonly [number, number, number];
  /** The channel of free space. */
  readonly channel: number;
}

/**
 * Additive aggregation of GaussianFormer: logits [N, channels] = sum of opacity e semantics over the
 * Gaussians whose box holds a point's voxel, e = exp(-d A d / 2), and last of the `empty` one, which
 * needs no box. Gradients flow to all inputs but the boxes, summed in a fixed order.
 */
export function aggregateVoxels(
  inputs: Omit<AggregationInputs, "density">,
  { empty, ...places }: AggregationPlaces & { readonly empty?: EmptyGaussian | undefined },
): Tensor {
  const { means, inverseCovariance, opacities, semantics } = inputs;
  return means.gpu.tidy(() => {
    const aggregation = runAggregation("aggregateVoxels", { ...inputs, density: null }, places, {
      additive: true,
    });
    if (empty) reach(empty, places, aggregation.y.shape, empty.value, aggregation.y, false);
    return record(
      "aggregateVoxels",
      [means, inverseCovariance, opacities, semantics, ...(empty ? [empty.value] : [])],
      aggregation.y,
      (dy, needs) => {
        const [dmeans, dinverse, , dopacities, dsemantics] = aggregation.backward(dy, null, null);
        const gradients = [dmeans, dinverse, dopacities, dsemantics];
        if (empty && needs[4]) {
          const shares = Tensor.empty(dy.gpu, [dy.rows]);
          reach(empty, places, aggregation.y.shape, dy, shares, true);
          gradients.push(sum(shares).alias(empty.value.shape));
        } else if (empty) gradients.push(null);
        return gradients.map((gradient, i) => needs[i] ? gradient ?? null : null);
      },
    );
  });
}

function reach(
  { mean, scale, channel }: EmptyGaussian,
  { grid, points }: AggregationPlaces,
  [count, channels]: readonly number[],
  x: Tensor,
  y: Tensor,
  backward: boolean,
): void {
  if (!(channel >= 0 && channel < channels!)) {
    throw new RangeError(
      `Cannot run aggregateVoxels: the empty Gaussian's channel is ${channel}, 0 to ${
        channels! - 1
      } are there`,
    );
  }
  emptyKernel.dispatch(
    x.gpu,
    { positions: points ?? x, x, y },
    { ...grid, points: count!, mean, channel, scale, channels: channels! },
    { threads: count! },
    { GRID: Number(!points), BACKWARD: Number(backward) },
  );
}
