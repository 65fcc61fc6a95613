import { compositeImage, storedColours } from "../../../gpu/ops/camera/pictures/composite_image.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { noGradient } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Look } from "../appearance/appearance.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { sharedOut } from "../../run/ranks/shares.ts";
import { backgroundOf, type SplatConfig } from "../config.ts";
import { type DrawOptions, drawPicture, rasterOptions } from "../draw.ts";
import { drawInParts } from "../shards/draw_in_parts.ts";
import type { Parts } from "../shards/parts.ts";
import { checkPairs } from "../plan/limits.ts";
import type { Gaussians } from "../gaussians.ts";
import {
  compareCorrected,
  comparePictures,
  meanMetrics,
  type PictureMetrics,
  type Planes,
} from "./picture_metrics.ts";
import type { Shot, ShotPixels } from "../scene/shot.ts";

/** How well views are reproduced. */
export interface ViewMetrics {
  /** Means over the views. */
  readonly mean: PictureMetrics;
  /** By name of the view. */
  readonly views: Readonly<Record<string, PictureMetrics>>;
}

/** A view as drawn and as photographed; both cut to the right half under `train_test_exp`. */
export interface Comparison {
  readonly picture: Planes;
  readonly target: Planes;
  /** 1 for each pixel [height, width] that counts, else 0; null where all count. */
  readonly counts: Float32Array | null;
}

/**
 * Draws shots and compares them with their pictures; where an appearance is learned also with their colours
 * corrected, since those of views that were held out cannot be known. Ranks that hold the same Gaussians share
 * them out.
 */
export async function evaluateShots(
  gaussians: Gaussians,
  shots: readonly Shot[],
  options: DrawShotOptions & {
    readonly ranks?: Ranks;
    /** Whose the Gaussians are, where no rank has all of them. */
    readonly parts?: Parts;
    readonly onView?: (done: number) => void;
  },
): Promise<ViewMetrics> {
  const { ranks = ONE_RANK, config } = options;
  const measures: readonly (keyof PictureMetrics)[] = config.appearance === "none"
    ? MEASURES
    : [...MEASURES, ...CORRECTED];
  const measure = async (shot: Shot, i: number, draw?: DrawShotOptions["draw"]) => {
    const { picture, target, counts } = await drawShot(gaussians, shot, { ...options, draw });
    const { gpu } = gaussians;
    const metrics: PictureMetrics = {
      ...await comparePictures(gpu, picture, target, counts),
      ...measures !== MEASURES && await compareCorrected(gpu, picture, target, counts),
    };
    options.onView?.(i + 1);
    return measures.map((name) => metrics[name]!);
  };
  const measured = options.parts?.spread
    ? await measuredInRounds(gaussians, options.parts, { shots, measure, ...options })
    : await sharedOut(ranks, shots, measures.length, measure);
  const views = Object.fromEntries(shots.map((shot, i) => {
    const values = measures.map((name, k) => [name, measured[i]![k]!] as const);
    return [shot.name, Object.fromEntries(values) as unknown as PictureMetrics];
  }));
  return { mean: meanMetrics(Object.values(views)), views };
}

/** Measures of shots of Gaussians that are spread over ranks: each rank draws one of them at a time. */
async function measuredInRounds(
  gaussians: Gaussians,
  parts: Parts,
  { shots, measure, config, of }: Pick<DrawShotOptions, "config" | "of"> & {
    readonly shots: readonly Shot[];
    readonly measure: (
      shot: Shot,
      i: number,
      draw: DrawShotOptions["draw"],
    ) => Promise<readonly number[]>;
  },
): Promise<number[][]> {
  const { size, rank } = parts.ranks;
  const measured: number[][] = [];
  for (let first = 0; first < shots.length; first += size) {
    const round = shots.slice(first, first + size);
    using _round = gaussians.gpu.scope();
    const cameras = noGradient(
      gaussians.gpu,
      () => round.map((shot) => of?.cameraOf?.(shot) ?? shot.camera),
    );
    const own = round[rank];
    let numbers: readonly number[] = [];
    if (own) {
      numbers = await measure(
        own,
        first + rank,
        async (options) => (await drawInParts(gaussians, parts, { ...options, cameras }))!,
      );
    } else await drawInParts(gaussians, parts, { ...rasterOptions(config), cameras });
    measured.push(...await parts.table(numbers));
  }
  return measured;
}

/** In the order in which they travel. */
const MEASURES = ["l1", "channelPsnr", "psnr", "ssim"] as const;
const CORRECTED = ["ccPsnr", "ccSsim"] as const;

/** What may be learned of shots. */
export interface LearnedOfShots {
  /** What the camera made of the light. */
  lookOf(shot: Shot): Look | null;
  /** Where it was taken from; as the shot says unless given. */
  cameraOf?(shot: Shot): RasterCamera;
}

/** What drawing a shot needs to know. */
export interface DrawShotOptions {
  readonly config: SplatConfig;
  readonly pixels: ShotPixels;
  /** What was learned of the shots. */
  readonly of?: LearnedOfShots | undefined;
  /** Draws in another way than from all Gaussians. */
  readonly draw?: ((options: DrawOptions) => Promise<Tensor>) | undefined;
}

/** Draws one shot over the fixed background and reads it with its picture. */
export async function drawShot(
  gaussians: Gaussians,
  shot: Shot,
  { config, pixels, of, draw }: DrawShotOptions,
): Promise<Comparison> {
  const { gpu } = gaussians;
  using _scope = gpu.scope();
  const background = backgroundOf(config);
  const options: DrawOptions = {
    ...rasterOptions(config),
    background,
    look: of?.lookOf(shot) ?? null,
    onPairs: (pairs) =>
      checkPairs(gpu, { view: shot.name, pairs, views: 1 }, {
        gaussians: gaussians.count,
        action: "draw",
      }),
  };
  const image =
    await (draw
      ? draw(options)
      : drawPicture(gaussians, of?.cameraOf?.(shot) ?? shot.camera, options));
  const loaded = await pixels.load(shot);
  const target = targetPicture(loaded.pixels, background, config);
  const cut = (planes: Planes) => config.train_test_exp ? rightHalf(planes) : planes;
  return {
    picture: cut(await planesOf(image)),
    target: cut(await planesOf(target)),
    counts: loaded.counts && cut(await planesOf(loaded.counts)).data,
  };
}

/** The picture to reach, f32 [3, height, width]. */
export function targetPicture(
  pixels: Tensor,
  background: readonly [number, number, number],
  { alpha }: Pick<SplatConfig, "alpha">,
): Tensor {
  return alpha === "composite" ? compositeImage(pixels, background) : storedColours(pixels);
}

async function planesOf(image: Tensor): Promise<Planes> {
  const [, height, width] = image.shape;
  return { width: width!, height: height!, data: await image.read("f32") };
}

function rightHalf({ width, height, data }: Planes): Planes {
  const start = Math.floor(width / 2);
  const left = width - start;
  const rows = data.length / width;
  const half = new Float32Array(rows * left);
  for (let row = 0; row < rows; row++) {
    half.set(data.subarray(row * width + start, (row + 1) * width), row * left);
  }
  return { width: left, height, data: half };
}
