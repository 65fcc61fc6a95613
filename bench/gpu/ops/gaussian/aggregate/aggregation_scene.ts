import type { Gpu } from "../../../../../gpu/device.ts";
import { inverseCovariance } from "../../../../../gpu/ops/gaussian/covariance.ts";
import { gaussianBoxes } from "../../../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import type { VoxelGrid } from "../../../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { backward, noGradient, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";

/** Gaussians scattered over a grid, all scales in the middle of a preset's range: a fresh network. */
export interface AggregationSize {
  gaussians: number;
  channels: number;
  /** Metres. */
  scale: number;
  multiplier: number;
  grid: readonly [number, number, number];
}

/** The voxel grid of a size, with its middle at the origin. */
export function gridOf({ grid }: AggregationSize): VoxelGrid {
  const [x, y, z] = grid;
  return { size: grid, origin: [-x / 4, -y / 4, -z / 4], cell: 0.5 };
}

/** Tensors of an aggregation, all random but the scales. */
export function setUp(gpu: Gpu, size: AggregationSize) {
  const { gaussians, channels, scale, multiplier } = size;
  const grid = gridOf(size);
  let state = 1;
  const random = (low: number, high: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (high - low) * state / 2 ** 32;
  };
  const tensor = (shape: number[], value: (i: number) => number) =>
    variable(Tensor.from(
      gpu,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
      shape,
    ));
  const voxels = grid.size[0] * grid.size[1] * grid.size[2];
  const means = tensor([gaussians, 3], (i) => {
    const low = grid.origin[i % 3]!;
    return random(low, -low);
  });
  const scales = tensor([gaussians, 3], () => scale);
  const quaternions = tensor([gaussians, 4], () => random(-1, 1));
  const { inverse, density } = noGradient(gpu, () => inverseCovariance(scales, quaternions));
  return {
    means,
    inverseCovariance: variable(inverse),
    density: variable(density),
    opacities: tensor([gaussians], () => random(0, 1)),
    semantics: tensor([gaussians, channels], () => random(0, 1)),
    boxes: gaussianBoxes(means, scales, grid, { multiplier, smallest: 1 }),
    dy: tensor([voxels, channels], () => random(-1, 1)),
  };
}

/**
 * Arithmetic of one pass over all (Gaussian, voxel) pairs, the boxes taken as whole: some 16 for e and 4
 * a channel forward, and 30 and 8 backward.
 */
export function aggregationFlops(size: AggregationSize, passes: number): number {
  const reach = Math.ceil(size.scale * size.multiplier / 0.5);
  const pairs = size.grid.reduce((product, extent) => {
    // The mean over all cells of the part of the box that lies on the grid.
    let cells = 0;
    for (let cell = 0; cell < extent; cell++) {
      cells += Math.min(extent - 1, cell + reach) - Math.max(0, cell - reach) + 1;
    }
    return product * cells / extent;
  }, size.gaussians);
  return pairs * passes * (16 + 4 * size.channels);
}

/** What an aggregation takes but its grid, by name. */
type AggregationArrays = Readonly<Record<string, Tensor>>;

/** An aggregation forward alone, and with its gradients; `aggregation` returns what these are of. */
export function aggregationCases<T extends AggregationArrays>(
  name: string,
  prepare: (gpu: Gpu, size: AggregationSize) => T & { readonly dy: Tensor },
  aggregation: (inputs: Omit<T, "dy">, grid: VoxelGrid) => Tensor,
  sizes: AggregationSize[],
  tiny: AggregationSize,
) {
  const shared = { sizes, small: sizes.slice(0, 1), tiny };
  return [
    {
      name,
      ...shared,
      run(gpu: Gpu, size: AggregationSize): () => void {
        const { dy: _, ...inputs } = prepare(gpu, size);
        return () => {
          using _scope = gpu.scope();
          noGradient(gpu, () => aggregation(inputs, gridOf(size)));
        };
      },
      flops: (size: AggregationSize): number => aggregationFlops(size, 1),
    },
    {
      name: `${name}_forward_backward`,
      ...shared,
      run(gpu: Gpu, size: AggregationSize): () => void {
        const { dy, ...inputs } = prepare(gpu, size);
        return () => {
          using _scope = gpu.scope();
          backward(aggregation(inputs, gridOf(size)), dy);
          for (const input of Object.values<Tensor>(inputs)) input.gradient = null;
        };
      },
      flops: (size: AggregationSize): number => aggregationFlops(size, 3),
    },
  ];
}
