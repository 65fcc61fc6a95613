import { compositeImage, storedColours } from "../../../gpu/ops/camera/pictures/composite_image.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { sharedOut } from "../../run/ranks/shares.ts";
import { backgroundOf, type SplatConfig } from "../config.ts";
import { drawPicture, rasterOptions } from "../draw.ts";
import { checkPairs } from "../plan/limits.ts";
import type { Gaussians } from "../gaussians.ts";
import {
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

/** Draws shots and compares them with their pictures; ranks that hold the same Gaussians share them out. */
export async function evaluateShots(
  gaussians: Gaussians,
  shots: readonly Shot[],
  options: DrawShotOptions & {
    readonly ranks?: Ranks;
    readonly onView?: (done: number) => void;
  },
): Promise<ViewMetrics> {
  const { ranks = ONE_RANK } = options;
  const measured = await sharedOut(ranks, shots, MEASURES.length, async (shot, i) => {
    const { picture, target, counts } = await drawShot(gaussians, shot, options);
    const metrics = await comparePictures(gaussians.gpu, picture, target, counts);
    options.onView?.(i + 1);
    return MEASURES.map((name) => metrics[name]);
  });
  const views = Object.fromEntries(shots.map((shot, i) => {
    const [l1, channelPsnr, psnr, ssim] = measured[i]!;
    return [shot.name, { l1, channelPsnr, psnr, ssim } as PictureMetrics];
  }));
  return { mean: meanMetrics(Object.values(views)), views };
}

/** In the order in which they travel. */
const MEASURES = ["l1", "channelPsnr", "psnr", "ssim"] as const;

/** What drawing a shot needs to know. */
export interface DrawShotOptions {
  readonly config: SplatConfig;
  readonly pixels: ShotPixels;
  /** The exposure of a shot, f32 [3, 4]. */
  readonly exposureOf?: ((shot: Shot) => Tensor | null) | undefined;
}

/** Draws one shot over the fixed background and reads it with its picture. */
export async function drawShot(
  gaussians: Gaussians,
  shot: Shot,
  { config, pixels, exposureOf }: DrawShotOptions,
): Promise<Comparison> {
  const { gpu } = gaussians;
  using _scope = gpu.scope();
  const background = backgroundOf(config);
  const exposure = exposureOf?.(shot) ?? null;
  const image = await drawPicture(gaussians, shot.camera, {
    ...rasterOptions(config),
    background,
    exposure,
    onPairs: (pairs) =>
      checkPairs(gpu, { view: shot.name, pairs, views: 1 }, {
        gaussians: gaussians.count,
        action: "draw",
      }),
  });
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
