import type { ShDegree } from "../../../data/splats/splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { pairLimit } from "../../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { gibibytes, type MemoryLimit } from "../../memory_limit.ts";
import type { SplatConfig } from "../config.ts";
import type { Shot } from "../scene/shot.ts";
import { hostPlan } from "./host_plan.ts";
import { type FullestView, mostGaussians, SMALLER_PICTURES } from "./limits.ts";
import { rehearse } from "./rehearsal.ts";

/** What decides how much memory a training takes, before it starts. */
export interface TrainingSizes {
  /** The settings; "max_gaussians" is the limit of Gaussians, 0 for none. */
  readonly config: SplatConfig;
  /** Views that are trained on. */
  readonly shots: readonly Shot[];
  /** Gaussians at the start. */
  readonly start: number;
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

/** Bytes that a training takes at a number of Gaussians. */
interface Needs {
  /** GPU memory at the highest point, all pictures included. */
  readonly gpu: number;
  /** Of it what stays between iterations, but for pictures. */
  readonly stays: number;
  /** Memory beside it. */
  readonly host: number;
}

/** What a training takes at a number of Gaussians, found by rehearsing it. */
async function needs(gpu: Gpu, sizes: TrainingSizes, gaussians: number): Promise<Needs> {
  const { config, shots, start, pictures, decoded } = sizes;
  const pairs = Math.ceil(sizes.pairs * gaussians / Math.max(1, start));
  const { peak, stays, picture } = await rehearse(gpu, { config, shots, gaussians, pairs });
  const degree = config.sh_degree as ShDegree;
  return {
    gpu: peak + Math.max(0, pictures - picture),
    stays: stays - picture,
    host: hostPlan({ start, gaussians, degree, pictures: decoded }).total,
  };
}

/** How much of the GPU memory is for pairs, and for pictures: so much less are needed without. */
async function shares(gpu: Gpu, sizes: TrainingSizes, gaussians: number, { gpu: all }: Needs) {
  const withoutPairs = await needs(gpu, { ...sizes, pairs: 0 }, gaussians);
  const shots = sizes.shots.map((shot) => ({
    ...shot,
    camera: { ...shot.camera, width: 1, height: 1 },
  }));
  const withoutPictures = await needs(gpu, { ...sizes, shots, pictures: 0 }, gaussians);
  return {
    pairs: gibibytes(all - withoutPairs.gpu),
    pictures: gibibytes(all - withoutPictures.gpu),
  };
}

/** What a training is going to take, in words, for the Gaussians at the start and at their limit. */
export async function describePlan(gpu: Gpu, sizes: TrainingSizes): Promise<string> {
  const { config: { sh_degree, max_gaussians: limit }, start } = sizes;
  const degree = sh_degree as ShDegree;
  const first = await needs(gpu, sizes, start);
  const { pairs, pictures } = await shares(gpu, sizes, start, first);
  const lines = [
    `GPU memory, by a rehearsal: ${
      gibibytes(first.gpu)
    } for ${start} Gaussians of degree ${degree} ` +
    `with some ${sizes.pairs} pairs of Gaussian and tile in the fullest view, ` +
    `${gibibytes(first.stays)} of it for parameters, moments and the strategy's sums, ` +
    `${pairs} for pairs, ${pictures} for pictures`,
  ];
  if (limit > start) {
    lines.push(`${gibibytes((await needs(gpu, sizes, limit)).gpu)} for ${limit}, the limit set`);
  }
  lines.push(
    `beside it ${gibibytes(first.host)}, ${gibibytes(sizes.decoded)} of it for pictures`,
    `this adapter holds ${mostGaussians(gpu, degree)} Gaussians and lists ${
      pairLimit(gpu)
    } pairs at most`,
  );
  return lines.join("; ");
}

/** The same once the pairs at the start have been counted, which were estimated before. */
export async function describeCount(
  gpu: Gpu,
  sizes: TrainingSizes,
  { view, pairs, views }: FullestView,
): Promise<string> {
  const { start } = sizes;
  const { gpu: bytes } = await needs(gpu, { ...sizes, pairs }, start);
  return `the fullest of ${views} views, "${view}", has ${pairs} pairs of Gaussian and tile: ` +
    `${gibibytes(bytes)} of GPU memory for ${start} Gaussians`;
}

/** Refuses a training that needs more memory than there is, at the start or at its limit of Gaussians. */
export async function checkMemory(
  gpu: Gpu,
  sizes: TrainingSizes,
  room: MemoryRoom,
): Promise<void> {
  const { start, decoded, config: { max_gaussians: limit } } = sizes;
  for (const gaussians of limit > start ? [start, limit] : [start]) {
    const needed = await needs(gpu, sizes, gaussians);
    const onGpu = async () => {
      const { pairs, pictures } = await shares(gpu, sizes, gaussians, needed);
      return `${gibibytes(needed.gpu)} of GPU memory (${pairs} of it for pairs of Gaussian and ` +
        `tile, ${pictures} for pictures)`;
    };
    const beside = `${gibibytes(needed.host)} beside it (${gibibytes(decoded)} of it for pictures)`;
    if (room.shared) {
      if (fits(needed.gpu + needed.host, room.gpu)) continue;
      refuse(gaussians, `${await onGpu()} and ${beside}`, room.gpu!);
    }
    if (!fits(needed.gpu, room.gpu)) refuse(gaussians, await onGpu(), room.gpu!);
    if (!fits(needed.host, room.host)) refuse(gaussians, beside, room.host!);
  }
}

function fits(bytes: number, limit: MemoryLimit | null): boolean {
  return !limit || bytes <= limit.bytes;
}

function refuse(gaussians: number, what: string, limit: MemoryLimit): never {
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
