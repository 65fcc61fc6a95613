import { join } from "@std/path";
import { writeAtomically } from "../../data/formats/atomic_file.ts";
import { readPicture } from "../../data/scenes/pictures.ts";
import type { RgbaPicture } from "../../data/scenes/rgba_picture.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { Lpips } from "./lpips/lpips.ts";
import { comparePictures, type Planes } from "./picture_metrics.ts";

/** Metrics of the pictures that `render` left of one model. */
export interface ModelMetrics {
  /** Folder of the model. */
  readonly model: string;
  /** Means by method, the name of the folder. */
  readonly methods: Readonly<Record<string, MethodMetrics>>;
}

/** What is measured, as the reference's files name it; LPIPS only where its weights are given. */
export type MetricName = "SSIM" | "PSNR" | "LPIPS";

/** A value for each thing measured. */
export type Measured<T> = Readonly<Record<"SSIM" | "PSNR", T> & Partial<Record<"LPIPS", T>>>;

/** Metrics of one method. */
export interface MethodMetrics {
  /** Means over the views. */
  readonly mean: Measured<number>;
  /** By metric and picture. */
  readonly views: Measured<Readonly<Record<string, number>>>;
}

/** How to measure a model. */
export interface MeasureOptions {
  /** Measures LPIPS too. */
  readonly lpips?: Lpips | null | undefined;
  /** Told after each view. */
  readonly onView?: (done: number, total: number) => void;
}

/** Compares the pictures in `test/` of a model and writes `results.json` and `per_view.json` there. */
export async function measureModel(
  gpu: Gpu,
  model: string,
  options: MeasureOptions = {},
): Promise<ModelMetrics> {
  const root = join(model, "test");
  const methods: Record<string, MethodMetrics> = {};
  for (const method of namesIn(root, (entry) => entry.isDirectory)) {
    methods[method] = await measureMethod(gpu, join(root, method), options);
  }
  if (!Object.keys(methods).length) {
    throw new Error(`Cannot measure "${model}": "test" has no folder of pictures, render makes it`);
  }
  const write = (name: string, pick: (metrics: MethodMetrics) => unknown) => {
    const json = Object.fromEntries(
      Object.entries(methods).map(([method, metrics]) => [method, pick(metrics)]),
    );
    const text = JSON.stringify(json, null, 1);
    writeAtomically(join(model, name), new TextEncoder().encode(text));
  };
  write("results.json", ({ mean }) => mean);
  write("per_view.json", ({ views }) => views);
  return { model, methods };
}

async function measureMethod(
  gpu: Gpu,
  folder: string,
  { lpips, onView }: MeasureOptions,
): Promise<MethodMetrics> {
  const names = namesIn(join(folder, "renders"), (entry) => entry.isFile);
  if (!names.length) {
    throw new Error(`Cannot measure "${folder}": "renders" has no pictures`);
  }
  const views: Record<MetricName, Record<string, number>> = { SSIM: {}, PSNR: {}, LPIPS: {} };
  for (const [i, name] of names.entries()) {
    const [picture, target] = [
      planesOf(await readPicture(join(folder, "renders", name))),
      planesOf(await readPicture(join(folder, "gt", name))),
    ];
    try {
      const { ssim, psnr } = await comparePictures(gpu, picture, target);
      views.SSIM[name] = ssim;
      views.PSNR[name] = psnr;
      if (lpips) views.LPIPS[name] = await lpips.distance(picture, target);
    } catch (cause) {
      throw new Error(`Cannot measure "${join(folder, "renders", name)}"`, { cause });
    }
    onView?.(i + 1, names.length);
  }
  const mean = (name: MetricName) =>
    Object.values(views[name]).reduce((sum, value) => sum + value, 0) / names.length;
  const { SSIM, PSNR, LPIPS } = views;
  return {
    mean: { SSIM: mean("SSIM"), PSNR: mean("PSNR"), ...lpips && { LPIPS: mean("LPIPS") } },
    views: { SSIM, PSNR, ...lpips && { LPIPS } },
  };
}

function namesIn(folder: string, wanted: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(wanted).map(({ name }) => name)
      .sort(new Intl.Collator("en", { numeric: true }).compare);
  } catch (cause) {
    throw new Error(`Cannot measure "${folder}": there is no such folder, render makes it`, {
      cause,
    });
  }
}

function planesOf({ width, height, data }: RgbaPicture): Planes {
  const pixels = width * height;
  const planes = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) planes[c * pixels + i] = data[4 * i + c]! / 255;
  }
  return { width, height, data: planes };
}
