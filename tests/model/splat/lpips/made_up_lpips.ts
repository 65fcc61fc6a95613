import { decodeBase64 } from "@std/encoding/base64";
import { join } from "@std/path";
import type { NdArray } from "../../../../data/formats/nd_array.ts";
import type { Planes } from "../../../../model/splat/measures/picture_metrics.ts";
import { VGG_SLICES } from "../../../../model/splat/lpips/lpips_weights.ts";

/** What PyTorch found for made-up pictures; see make_lpips.py. */
export interface LpipsCase {
  readonly width: number;
  readonly height: number;
  readonly signed: boolean;
  readonly double: number;
  readonly single: number;
}

/** The file that make_lpips.py wrote. */
export const FIXTURE: {
  readonly narrow: { readonly vgg: string; readonly heads: string; readonly cases: LpipsCase[] };
  readonly whole: { readonly cases: LpipsCase[] };
} = JSON.parse(
  Deno.readTextFileSync(new URL("../../../fixtures/lpips/lpips.json", import.meta.url)),
);

/** Writes the narrow network as torch.save did; returns the paths. */
export function writeNarrow(folder: string): { vgg: string; heads: string } {
  const files = { vgg: join(folder, "vgg16.pth"), heads: join(folder, "lin.pth") };
  Deno.writeFileSync(files.vgg, decodeBase64(FIXTURE.narrow.vgg));
  Deno.writeFileSync(files.heads, decodeBase64(FIXTURE.narrow.heads));
  return files;
}

/** The picture of make_lpips.py, in [0, 1]. */
export function picture(seed: number, width: number, height: number): Planes {
  const data = new Float32Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const c = Math.floor(i / width / height);
    data[i] = ((seed + 7 * c + 13 * y + 5 * x + x * y) % 256) / 255;
  }
  return { width, height, data };
}

/** Weights of make_lpips.py's formula. */
export function formula(count: number, seed: number, spread: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = ((Math.imul(i + seed, 2654435761) >>> 0) / 2 ** 31 - 1) * spread;
  }
  return values;
}

/** VGG16 and heads of the real widths, made by the formula. */
export function wholeNetwork(): { vgg: Map<string, NdArray>; heads: Map<string, NdArray> } {
  const widths = [64, 128, 256, 512, 512];
  const [vgg, heads] = [new Map<string, NdArray>(), new Map<string, NdArray>()];
  const array = (shape: number[], data: Float32Array): NdArray => ({
    dtype: "float32",
    shape,
    data,
  });
  let [channels, seed] = [3, 1];
  VGG_SLICES.forEach((numbers, k) => {
    const outputs = widths[k]!;
    for (const number of numbers) {
      const values = formula(outputs * channels * 9, seed, Math.sqrt(6 / (9 * channels)));
      vgg.set(`features.${number}.weight`, array([outputs, channels, 3, 3], values));
      vgg.set(`features.${number}.bias`, array([outputs], formula(outputs, seed + 7, 0.1)));
      [channels, seed] = [outputs, seed + 1000];
    }
    const head = formula(outputs, 50 + k, 0.5).map(Math.abs);
    heads.set(`lin${k}.model.1.weight`, array([1, outputs, 1, 1], head));
  });
  return { vgg, heads };
}
