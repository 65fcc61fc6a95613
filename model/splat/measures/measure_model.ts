import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { FileFinder } from "../../../data/files/file_finder.ts";
import { isFile } from "../../../data/files/path_kind.ts";
import { isPictureName, PICTURE_ENDINGS } from "../../../data/pictures/picture_kinds.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { Lpips } from "../lpips/lpips.ts";
import { MASKS } from "./render_model.ts";
import { blackened, compareCorrected, comparePictures, type Planes } from "./picture_metrics.ts";

/** Metrics of the pictures that `render` left of one model. */
export interface ModelMetrics {
  /** Folder of the model. */
  readonly model: string;
  /** Means by method, the name of the folder. */
  readonly methods: Readonly<Record<string, MethodMetrics>>;
}

/**
 * What is measured, as the reference's files name it; LPIPS only where its weights are given. Those with
 * `cc_` are of pictures whose colours were fitted to those of the photos, where looks were learned.
 */
export type MetricName = "SSIM" | "PSNR" | "LPIPS" | "cc_SSIM" | "cc_PSNR";

/** A value for each thing measured. */
export type Measured<T> = Readonly<
  Record<"SSIM" | "PSNR", T> & Partial<Record<Exclude<MetricName, "SSIM" | "PSNR">, T>>
>;

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
  /** Told before the first view, with `done` 0, and after each; both count the views of all methods. */
  readonly onView?: (done: number, total: number) => void;
}

/** Compares the pictures in `test/` of a model and writes `results.json` and `per_view.json` there. */
export async function measureModel(
  gpu: Gpu,
  model: string,
  options: MeasureOptions = {},
): Promise<ModelMetrics> {
  const root = join(model, "test");
  const pictures = new Map(
    namesIn(root, (entry) => entry.isDirectory).map((method) => {
      const folder = join(root, method);
      const names = namesIn(
        join(folder, "renders"),
        ({ name, isFile }) => isFile && isPictureName(name),
      );
      if (!names.length) {
        throw new Error(`Cannot measure "${folder}": "renders" has no pictures`);
      }
      return [method, names] as const;
    }),
  );
  if (!pictures.size) {
    throw new Error(
      `Cannot measure "${model}": "test" has no folder of pictures, "splat render" makes it`,
    );
  }
  const total = [...pictures.values()].reduce((sum, { length }) => sum + length, 0);
  // Colours of pictures that were held out cannot be known then.
  const corrected = isFile(join(model, "appearance.safetensors"));
  let done = 0;
  options.onView?.(done, total);
  const methods: Record<string, MethodMetrics> = {};
  for (const [method, names] of pictures) {
    methods[method] = await measureMethod(gpu, join(root, method), {
      names,
      lpips: options.lpips,
      corrected,
      onView: () => options.onView?.(++done, total),
    });
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
  { names, lpips, corrected, onView }: {
    readonly names: readonly string[];
    readonly corrected: boolean;
    readonly lpips: Lpips | null | undefined;
    readonly onView: () => void;
  },
): Promise<MethodMetrics> {
  // The photos may be of another kind than what was drawn.
  const photos = new FileFinder(join(folder, "gt"), PICTURE_ENDINGS);
  const measured: MetricName[] = [
    ...["SSIM", "PSNR"] as const,
    ...lpips ? ["LPIPS"] as const : [],
    ...corrected ? ["cc_SSIM", "cc_PSNR"] as const : [],
  ];
  const views = Object.fromEntries(measured.map((name) => [name, {}])) as Record<
    MetricName,
    Record<string, number>
  >;
  for (const name of names) {
    const photo = photos.find(name);
    const [picture, target] = [
      planesOf(await readPicture(join(folder, "renders", name))),
      planesOf(await readPicture(photo.path ?? photo.wanted)),
    ];
    try {
      const counts = await countsOf(join(folder, MASKS, name));
      const { ssim, psnr } = await comparePictures(gpu, picture, target, counts);
      views.SSIM[name] = ssim;
      views.PSNR[name] = psnr;
      if (corrected) {
        const { ccSsim, ccPsnr } = await compareCorrected(gpu, picture, target, counts);
        views.cc_SSIM[name] = ccSsim;
        views.cc_PSNR[name] = ccPsnr;
      }
      if (lpips) {
        const [drawn, goal] = [picture, target].map((planes) => blackened(planes, counts));
        views.LPIPS[name] = await lpips.distance(drawn!, goal!);
      }
    } catch (cause) {
      throw new Error(`Cannot measure "${join(folder, "renders", name)}"`, { cause });
    }
    onView();
  }
  const mean = (name: MetricName) => {
    // A picture of which nothing counts has no figures.
    const values = Object.values(views[name]).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const means = Object.fromEntries(measured.map((name) => [name, mean(name)]));
  return { mean: means as Measured<number>, views };
}

function namesIn(folder: string, wanted: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(wanted).map(({ name }) => name)
      .sort(new Intl.Collator("en", { numeric: true }).compare);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(`Cannot measure "${folder}": there is no such folder, "splat render" makes it`);
  }
}

/** Which pixels count, 1 or 0; null where there is no such file. */
async function countsOf(file: string): Promise<Uint8Array | null> {
  if (!isFile(file)) return null;
  const { data } = await readPicture(file);
  const counts = new Uint8Array(data.length / 4);
  for (let i = 0; i < counts.length; i++) counts[i] = data[4 * i]! >> 7;
  return counts;
}

function planesOf({ width, height, data }: RgbaPicture): Planes {
  const pixels = width * height;
  const planes = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) planes[c * pixels + i] = data[4 * i + c]! / 255;
  }
  return { width, height, data: planes };
}
