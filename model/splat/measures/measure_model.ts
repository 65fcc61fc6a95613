import { namesIn } from "../../../data/files/names_in.ts";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { FileFinder } from "../../../data/files/file_finder.ts";
import { isFile, isFolder } from "../../../data/files/path_kind.ts";
import { isPictureName, PICTURE_ENDINGS } from "../../../data/pictures/picture_kinds.ts";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { ONE_RANK, type Ranks } from "../../run/ranks/ranks.ts";
import { sharedOut } from "../../run/ranks/shares.ts";
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
  /** Processes that share the views; each gets the figures of all. One unless given. */
  readonly ranks?: Ranks;
}

/** Compares the pictures in `test/` of a model and writes `results.json` and `per_view.json` there. */
export async function measureModel(
  gpu: Gpu,
  model: string,
  options: MeasureOptions = {},
): Promise<ModelMetrics> {
  const root = join(model, "test");
  const pictures = new Map(
    namesOf(root, (entry) => entry.isDirectory).map((method) => {
      const folder = join(root, method);
      const names = namesOf(
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
  const { ranks = ONE_RANK } = options;
  const views = [...pictures].flatMap(([method, names]) => names.map((name) => ({ method, name })));
  options.onView?.(0, views.length);
  const metrics: MetricName[] = [
    ...["SSIM", "PSNR"] as const,
    ...options.lpips ? ["LPIPS"] as const : [],
    // Colours of pictures that were held out cannot be known where looks were learned.
    ...isFile(join(model, "appearance.safetensors")) ? ["cc_SSIM", "cc_PSNR"] as const : [],
  ];
  // The photos may be of another kind than what was drawn.
  const photos = new Map(
    [...pictures.keys()].map((method) =>
      [method, new FileFinder(join(root, method, "gt"), PICTURE_ENDINGS)] as const
    ),
  );
  const values = await sharedOut(ranks, views, metrics.length, async ({ method, name }, i) => {
    const photo = photos.get(method)!.find(name);
    const files = { folder: join(root, method), name, photo: photo.path ?? photo.wanted };
    const measured = await measureView(gpu, files, metrics, options.lpips);
    options.onView?.(Math.min(views.length, i - ranks.rank + ranks.size), views.length);
    return metrics.map((metric) => measured[metric]!);
  });
  const measured = views.map((view, i) => ({ ...view, values: values[i]! }));
  const methods: Record<string, MethodMetrics> = {};
  for (const method of pictures.keys()) {
    methods[method] = summedUp(measured.filter((view) => view.method === method), metrics);
  }
  if (ranks.rank > 0) return { model, methods };
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

/** Compares a picture with its photo. */
async function measureView(
  gpu: Gpu,
  { folder, name, photo }: {
    readonly folder: string;
    readonly name: string;
    readonly photo: string;
  },
  metrics: readonly MetricName[],
  lpips: Lpips | null | undefined,
): Promise<Measured<number>> {
  const [picture, target] = [
    planesOf(await readPicture(join(folder, "renders", name))),
    planesOf(await readPicture(photo)),
  ];
  try {
    const counts = await countsOf(join(folder, MASKS, name));
    const { ssim, psnr } = await comparePictures(gpu, picture, target, counts);
    const corrected = metrics.includes("cc_PSNR")
      ? await compareCorrected(gpu, picture, target, counts)
      : null;
    const [drawn, goal] = [picture, target].map((planes) => blackened(planes, counts));
    return {
      SSIM: ssim,
      PSNR: psnr,
      ...corrected && { cc_SSIM: corrected.ccSsim, cc_PSNR: corrected.ccPsnr },
      ...lpips && { LPIPS: await lpips.distance(drawn!, goal!) },
    };
  } catch (cause) {
    throw new Error(`Cannot measure "${join(folder, "renders", name)}"`, { cause });
  }
}

/** Means over the views of a method, and each view's own. */
function summedUp(
  views: readonly { readonly name: string; readonly values: Float64Array }[],
  metrics: readonly MetricName[],
): MethodMetrics {
  const of = (metric: MetricName) =>
    Object.fromEntries(
      views.map(({ name, values }) => [name, values[metrics.indexOf(metric)]!]),
    );
  const mean = (metric: MetricName) => {
    // A picture of which nothing counts has no figures.
    const values = Object.values(of(metric)).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const each = <T>(make: (metric: MetricName) => T) =>
    Object.fromEntries(metrics.map((metric) => [metric, make(metric)])) as unknown as Measured<T>;
  return { mean: each(mean), views: each(of) };
}

/** Names in a folder that must be there. */
function namesOf(folder: string, wanted: (entry: Deno.DirEntry) => boolean): string[] {
  if (isFolder(folder)) return namesIn(folder, wanted);
  throw new Error(`Cannot measure "${folder}": there is no such folder, "splat render" makes it`);
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
