import { writeAtomically } from "../../../data/files/atomic_file.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { writePly } from "../../../data/formats/ply.ts";
import { npzChunks } from "../../../data/formats/numpy/npz.ts";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import { dropUnusable } from "../../../data/splats/usable.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { ReadSplatsOptions } from "../../../data/splats/splat_format.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { aggregateOccupancy } from "../../../gpu/ops/gaussian/aggregate/aggregate_occupancy.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import {
  boundsOfGaussian,
  gridOf,
  rangeOf,
  type SplatGrid,
  type VoxelRange,
} from "./voxel_range.ts";
import { voxelGlb, voxelPoints } from "./voxel_shapes.ts";

/** How Gaussians become voxels. */
export interface VoxelizeOptions {
  /** The box that holds the Gaussians if not given, see `rangeOf`. */
  readonly range?: VoxelRange | undefined;
  /** Edge of a voxel; a 128th of the range's longest edge if not given. */
  readonly voxelSize?: number | undefined;
  /** Least standard deviation, in voxels: thinner ones could pass between the centres of voxels. */
  readonly minScale?: number;
  /** Mix the colours too. */
  readonly colours?: boolean;
  /** Told of every block of voxels. */
  readonly onBlock?: (done: number, total: number) => void;
}

/** Voxels of Gaussians, x slowest and z fastest. */
export interface SplatVoxels extends SplatGrid {
  /** [X, Y, Z] probabilities. */
  readonly occupancy: Float32Array;
  /** [X, Y, Z, 3] RGB bytes; null where they are not wanted. */
  readonly colours: Uint8Array | null;
}

/** What `voxelizeFile` did. */
export interface VoxelizeReport extends SplatGrid {
  /** Of the file. */
  readonly path: string;
  /** Gaussians that were splatted. */
  readonly gaussians: number;
  /** Those left out for values that are not finite. */
  readonly dropped: number;
  /** From which probability on a voxel is occupied. */
  readonly threshold: number;
  /** Voxels at or above the threshold. */
  readonly occupied: number;
  /** What of the file could not be taken as it stood. */
  readonly remarks: readonly string[];
}

// How far a Gaussian reaches, in standard deviations: e is below 3.4e-4 there.
const REACH = 4;
const DEFAULT_MIN_SCALE = 0.5;
const NEVER_ZERO = 1e-3;
const LEAST_WEIGHT = 1e-9;
// Voxels and Gaussians that are on the GPU at once: 2 MiB of results, 2 MiB of marks.
const BLOCK = [64, 64, 32] as const;
const GAUSSIANS = 2 ** 15;

/**
 * Splats Gaussians into voxels: occupancy 1 - prod(1 - opacity e) at their centres, e = exp(-d A d / 2)
 * with standard deviations of `minScale` voxels at least, out to 4 of them; colours are mixed by
 * density, opacity and e as GaussianFormer-2 mixes semantics. Block by block, so that the GPU's memory
 * does not grow with the grid.
 */
export async function voxelizeSplats(
  gpu: Gpu,
  splats: Splats,
  options: VoxelizeOptions = {},
): Promise<SplatVoxels> {
  if (splats.count === 0) {
    throw new RangeError("Cannot voxelize: there are no Gaussians, one or more are needed");
  }
  const grid = gridOf(options.range ?? rangeOf(splats), options.voxelSize);
  const { dims, voxelSize } = grid;
  const floor = voxelSize * Math.max(NEVER_ZERO, options.minScale ?? DEFAULT_MIN_SCALE);
  const voxels = dims[0] * dims[1] * dims[2];
  const occupancy = new Float32Array(voxels);
  const colours = options.colours ? new Uint8Array(3 * voxels) : null;
  const reach = reachOf(splats, floor);
  const corners: [number, number, number][] = [];
  for (let x = 0; x < dims[0]; x += BLOCK[0]) {
    for (let y = 0; y < dims[1]; y += BLOCK[1]) {
      for (let z = 0; z < dims[2]; z += BLOCK[2]) corners.push([x, y, z]);
    }
  }
  options.onBlock?.(0, corners.length);
  for (const [i, corner] of corners.entries()) {
    const size = dims.map((extent, k) => Math.min(BLOCK[k]!, extent - corner[k]!)) as [
      number,
      number,
      number,
    ];
    const block: Block = {
      size,
      origin: corner.map((first, k) => grid.origin[k]! + first * voxelSize) as typeof corner,
      cell: voxelSize,
    };
    const found = inBlock(splats, reach, block);
    if (found.length) {
      const parts = await splatBlock(gpu, splats, { found, block, floor, reach });
      placeBlock({ ...parts, size }, corner, { dims, occupancy, colours });
    }
    options.onBlock?.(i + 1, corners.length);
  }
  return { ...grid, occupancy, colours };
}

/** Endings of the files that voxels are written to. */
export const VOXEL_ENDINGS: readonly string[] = [".npz", ".glb", ".ply"];

/**
 * Reads trained Gaussians of any kind of file and writes what the output's ending says: a GLB of the occupied
 * voxels' faces, a PLY of their centres, both in their colours, or an npz: "occupancy" f32 and "occupied" u8 [X,
 * Y, Z], "colors" u8 [X, Y, Z, 3] where wanted, "origin" f32 [3] (the low corner), "voxel_size" f32 [1]
 * and "range" f32 [6].
 */
export async function voxelizeFile(
  gpu: Gpu,
  { input, output, threshold, reading, ...options }: VoxelizeOptions & {
    /** A file, or the folder of a model or SOG scene. */
    readonly input: string;
    /** How it is read. */
    readonly reading?: ReadSplatsOptions;
    readonly output: string;
    /** From which probability on a voxel is occupied. */
    readonly threshold: number;
  },
): Promise<VoxelizeReport> {
  const { splats: read, remarks } = await readSplats(input, reading);
  const splats = dropUnusable(read);
  if (splats.count === 0) {
    throw new RangeError(
      `Cannot voxelize "${input}": none of its ${read.count} Gaussians has finite values and a ` +
        "rotation, one or more are needed",
    );
  }
  const shape = /\.(glb|ply)$/i.exec(output)?.[1]?.toLowerCase();
  const { occupancy, colours, ...grid } = await voxelizeSplats(
    gpu,
    splats,
    shape === undefined ? options : { ...options, colours: true },
  );
  // A plain loop: `from` would gather a boxed number for each voxel first.
  const occupied = new Uint8Array(occupancy.length);
  let occupiedCount = 0;
  for (let at = 0; at < occupancy.length; at++) {
    if (occupancy[at]! < threshold) continue;
    occupied[at] = 1;
    occupiedCount++;
  }
  if (shape === undefined) {
    writeAtomically(output, npzOf({ ...grid, occupancy, occupied, colours }));
  } else {
    const voxels = { ...grid, occupied, colours: colours! };
    if (shape === "glb") writeAtomically(output, voxelGlb(voxels));
    else writePly(output, voxelPoints(voxels));
  }
  return {
    path: output,
    ...grid,
    gaussians: splats.count,
    dropped: read.count - splats.count,
    threshold,
    occupied: occupiedCount,
    remarks,
  };
}

function npzOf(
  { occupancy, occupied, colours, dims, origin, voxelSize }: SplatVoxels & {
    readonly occupied: Uint8Array;
  },
) {
  const high = origin.map((low, k) => low + dims[k]! * voxelSize);
  const f32 = (values: readonly number[]): NdArray => ({
    dtype: "float32",
    shape: [values.length],
    data: Float32Array.from(values),
  });
  const arrays: Record<string, NdArray> = {
    occupancy: { dtype: "float32", shape: [...dims], data: occupancy },
    occupied: { dtype: "uint8", shape: [...dims], data: occupied },
    ...(colours && { colors: { dtype: "uint8", shape: [...dims, 3], data: colours } }),
    origin: f32(origin),
    voxel_size: f32([voxelSize]),
    range: f32([...origin, ...high]),
  };
  return npzChunks(arrays, { compress: true });
}

interface Block {
  readonly size: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
  readonly cell: number;
}

/** Half edges [n, 3] of the boxes that Gaussians reach. */
function reachOf(splats: Splats, floor: number): Float32Array {
  const reach = new Float32Array(3 * splats.count);
  for (let i = 0; i < splats.count; i++) {
    const { half } = boundsOfGaussian(splats, i, floor);
    for (let k = 0; k < 3; k++) reach[3 * i + k] = REACH * half[k]!;
  }
  return reach;
}

/** First and last voxel along an axis whose centre a Gaussian reaches, cut to the block. */
function cellsAlong(
  place: number,
  reach: number,
  { size, origin, cell }: Block,
  k: number,
): [number, number] {
  const middle = (place - origin[k]!) / cell - 0.5;
  return [
    Math.max(0, Math.ceil(middle - reach / cell)),
    Math.min(size[k]! - 1, Math.floor(middle + reach / cell)),
  ];
}

function inBlock({ count, positions }: Splats, reach: Float32Array, block: Block): Uint32Array {
  const found = new Uint32Array(count);
  let length = 0;
  for (let i = 0; i < count; i++) {
    let inside = true;
    for (let k = 0; inside && k < 3; k++) {
      const middle = (positions[3 * i + k]! - block.origin[k]!) / block.cell - 0.5;
      const wide = reach[3 * i + k]! / block.cell;
      const first = Math.max(0, Math.ceil(middle - wide));
      inside = first <= Math.min(block.size[k]! - 1, Math.floor(middle + wide));
    }
    if (inside) found[length++] = i;
  }
  return found.slice(0, length);
}

/** Occupancy, and colours times weights with these, of a block's voxels. */
async function splatBlock(
  gpu: Gpu,
  splats: Splats,
  { found, block, floor, reach }: {
    readonly found: Uint32Array;
    readonly block: Block;
    readonly floor: number;
    readonly reach: Float32Array;
  },
) {
  const voxels = block.size[0] * block.size[1] * block.size[2];
  const passing = new Float64Array(voxels).fill(1);
  const weights = new Float64Array(voxels);
  const colours = new Float64Array(3 * voxels);
  for (let first = 0; first < found.length; first += GAUSSIANS) {
    const some = found.subarray(first, first + GAUSSIANS);
    using _scope = gpu.scope();
    const { semantics, occupancy, probability } = aggregateOccupancy(
      upload(gpu, splats, { some, block, floor, reach }),
      { grid: { ...block, origin: [0, 0, 0] } },
    );
    const filled = await occupancy.read("f32");
    const weight = await probability.read("f32");
    const mixed = await semantics.read("f32");
    for (let n = 0; n < voxels; n++) {
      passing[n]! *= 1 - filled[n]!;
      // The splat mixes nothing below this.
      if (!(weight[n]! > LEAST_WEIGHT)) continue;
      weights[n]! += weight[n]!;
      for (let k = 0; k < 3; k++) colours[3 * n + k]! += weight[n]! * mixed[3 * n + k]!;
    }
  }
  return { passing, weights, colours };
}

function upload(
  gpu: Gpu,
  splats: Splats,
  { some, block, floor, reach }: {
    readonly some: Uint32Array;
    readonly block: Block;
    readonly floor: number;
    readonly reach: Float32Array;
  },
) {
  const count = some.length;
  const means = new Float32Array(3 * count);
  const inverse = new Float32Array(6 * count);
  const density = new Float32Array(count);
  const opacities = new Float32Array(count);
  const colours = new Float32Array(3 * count);
  const boxes = new Int32Array(6 * count);
  some.forEach((g, i) => {
    const { axes, scales } = boundsOfGaussian(splats, g, floor);
    const shape = (a: number, b: number) =>
      axes.reduce((sum, axis, k) => sum + axis[a]! * axis[b]! / scales[k]! ** 2, 0);
    inverse.set(
      [shape(0, 0), shape(1, 1), shape(2, 2), shape(0, 1), shape(1, 2), shape(0, 2)],
      6 * i,
    );
    // In voxels, so that the weights of scenes of any size are of a size.
    density[i] = block.cell ** 3 / (scales[0]! * scales[1]! * scales[2]!);
    opacities[i] = sigmoid(splats.opacities[g]!);
    for (let k = 0; k < 3; k++) {
      const place = splats.positions[3 * g + k]!;
      // From the block's corner, where f32 is finest.
      means[3 * i + k] = place - block.origin[k]!;
      colours[3 * i + k] = Math.min(1, Math.max(0, 0.5 + SH_C0 * splats.shDc[3 * g + k]!));
      const [first, last] = cellsAlong(place, reach[3 * g + k]!, block, k);
      boxes[6 * i + k] = first;
      boxes[6 * i + 3 + k] = last;
    }
  });
  return {
    means: Tensor.from(gpu, means, [count, 3]),
    inverseCovariance: Tensor.from(gpu, inverse, [count, 6]),
    density: Tensor.from(gpu, density, [count]),
    opacities: Tensor.from(gpu, opacities, [count]),
    semantics: Tensor.from(gpu, colours, [count, 3]),
    boxes: Tensor.from(gpu, boxes, [count, 6]),
  };
}

function placeBlock(
  { passing, weights, colours, size }: Awaited<ReturnType<typeof splatBlock>> & {
    readonly size: readonly [number, number, number];
  },
  corner: readonly [number, number, number],
  out: {
    readonly dims: readonly [number, number, number];
    readonly occupancy: Float32Array;
    readonly colours: Uint8Array | null;
  },
): void {
  let n = 0;
  for (let x = 0; x < size[0]; x++) {
    for (let y = 0; y < size[1]; y++) {
      let at = ((corner[0] + x) * out.dims[1] + corner[1] + y) * out.dims[2] + corner[2];
      for (let z = 0; z < size[2]; z++, n++, at++) {
        out.occupancy[at] = 1 - passing[n]!;
        if (!out.colours || !(weights[n]! > 0)) continue;
        for (let k = 0; k < 3; k++) {
          out.colours[3 * at + k] = Math.round(255 * colours[3 * n + k]! / weights[n]!);
        }
      }
    }
  }
}
