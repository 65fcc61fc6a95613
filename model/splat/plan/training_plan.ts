import type { ShDegree } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { pairLimit, roomFor } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { gibibytes, type MemoryLimit } from "../../memory_limit.ts";
import { type FullestView, mostGaussians, SMALLER_PICTURES } from "./limits.ts";
import { hostPlan, memoryPlan, pairBytes } from "./memory_plan.ts";

/** What decides how much memory a training takes, before it starts. */
export interface TrainingSizes {
  readonly degree: ShDegree;
  /** Gaussians at the start. */
  readonly start: number;
  /** Most Gaussians that there may be; 0 for no limit. */
  readonly limit: number;
  /** Bytes of the strategy's state for each Gaussian. */
  readonly statistics: number;
  /** Pixels of the largest view. */
  readonly pixels: number;
  /** Pairs of a Gaussian and a tile in the fullest view at the start. */
  readonly pairs: number;
  /** Bytes of pictures that stay on the GPU. */
  readonly pictures: number;
  /** Bytes of decoded pictures that are kept beside it. */
  readonly decoded: number;
}

/** How much memory there is; null where nothing says it. */
export interface MemoryRoom {
  /** What the adapter's memory allows; null where it is not known. */
  readonly gpu: MemoryLimit | null;
  /** What the processor's memory allows; null where it is not known. */
  readonly host: MemoryLimit | null;
  /** Whether the GPU takes its memory from the host's, as a software adapter does. */
  readonly shared: boolean;
}

/** What a training takes at a number of Gaussians, in bytes. */
function needs(gpu: Gpu, sizes: TrainingSizes, gaussians: number) {
  const { start, degree, decoded } = sizes;
  const expected = Math.ceil(sizes.pairs * gaussians / Math.max(1, start));
  const pairs = Math.min(roomFor(expected), pairLimit(gpu));
  return {
    gaussians,
    gpu: memoryPlan(gpu, { ...sizes, gaussians, pairs }),
    host: hostPlan({ start, gaussians, degree, pictures: decoded }),
  };
}

/** What a training is going to take, in words, for the Gaussians at the start and at their limit. */
export function describePlan(gpu: Gpu, sizes: TrainingSizes): string {
  const { degree, start, limit } = sizes;
  const { parameters, moments, gradients, statistics, view } = needs(gpu, sizes, 1).gpu;
  const each = parameters + moments + gradients + statistics + view;
  const first = needs(gpu, sizes, start);
  const lines = [
    `GPU memory: ${each} bytes a Gaussian of degree ${degree} (${parameters} parameters, ${moments} ` +
    `moments, ${gradients} gradients, ${statistics + view} for views), ${
      pairBytes(gpu, 1)
    } a pair ` +
    "of Gaussian and tile",
    `${
      gibibytes(first.gpu.total)
    } for ${start} Gaussians with some ${sizes.pairs} pairs in the fullest ` +
    `view, up to ${gibibytes(first.gpu.pairs)} of it for pairs, ${
      gibibytes(first.gpu.picture)
    } for a view ` +
    `and ${gibibytes(first.gpu.pictures)} for pictures`,
  ];
  if (limit > start) {
    lines.push(`${gibibytes(needs(gpu, sizes, limit).gpu.total)} for ${limit}, the limit set`);
  }
  lines.push(
    `beside it ${gibibytes(first.host.total)}, ${
      gibibytes(first.host.pictures)
    } of it for pictures`,
    `this adapter holds ${mostGaussians(gpu, degree)} Gaussians and lists ${
      pairLimit(gpu)
    } pairs at most`,
  );
  return lines.join("; ");
}

/** The same once the pairs at the start have been counted, which were estimated before. */
export function describeCount(
  gpu: Gpu,
  sizes: TrainingSizes,
  { view, pairs, views }: FullestView,
): string {
  const { start } = sizes;
  const { total } = needs(gpu, { ...sizes, pairs }, start).gpu;
  return `the fullest of ${views} views, "${view}", has ${pairs} pairs of Gaussian and tile: ` +
    `${gibibytes(total)} of GPU memory for ${start} Gaussians`;
}

/** Refuses a training that needs more memory than there is, at the start or at its limit of Gaussians. */
export function checkMemory(gpu: Gpu, sizes: TrainingSizes, room: MemoryRoom): void {
  const { start, limit } = sizes;
  for (const gaussians of limit > start ? [start, limit] : [start]) {
    const { gpu: gpuPlan, host } = needs(gpu, sizes, gaussians);
    const parts = `${gibibytes(gpuPlan.pairs)} of it for pairs of Gaussian and tile, ${
      gibibytes(gpuPlan.picture + gpuPlan.pictures)
    } for pictures`;
    const gpuText = `${gibibytes(gpuPlan.total)} of GPU memory (${parts})`;
    const hostText = `${gibibytes(host.total)} beside it (${
      gibibytes(host.pictures)
    } of it for pictures)`;
    if (room.shared) {
      refuse(gaussians, gpuPlan.total + host.total, room.gpu, `${gpuText} and ${hostText}`);
    } else {
      refuse(gaussians, gpuPlan.total, room.gpu, gpuText);
      refuse(gaussians, host.total, room.host, hostText);
    }
  }
}

function refuse(
  gaussians: number,
  bytes: number,
  limit: MemoryLimit | null,
  what: string,
): void {
  if (!limit || bytes <= limit.bytes) return;
  throw Object.assign(
    new RangeError(
      `Cannot train ${gaussians} Gaussians: they need ${what}, ${limit.source} ` +
        `${gibibytes(limit.bytes)}`,
    ),
    {
      hint: `${SMALLER_PICTURES}, --data_device cpu keeps none on the GPU, --max-gaussians and ` +
        "--sh_degree take less for Gaussians, --memory-limit N allows more",
    },
  );
}
