import type { F64 } from "../../support.ts";
import { eachCorner } from "./bilinear.ts";

/** Deformable aggregation in doubles; `kept` says which entries of the attention take part. */
export function deformableAggregation(
  { features, location, visible, perGaussian, perCamera }: Record<
    "features" | "location" | "visible" | "perGaussian" | "perCamera",
    F64
  >,
  { levels, groups, wholeSoftmax = false }: {
    levels: readonly (readonly [number, number])[];
    groups: number;
    wholeSoftmax?: boolean;
  },
): F64 {
  const [gaussians, points, cameras] = location.shape as [number, number, number];
  const [, pixels, channels] = features.shape as [number, number, number];
  const entries = levels.length * points * groups;
  const perCameraLogits = perGaussian.shape.length === 3;
  const y = new Float64Array(gaussians * channels);
  for (let g = 0; g < gaussians; g++) {
    for (let group = 0; group < groups; group++) {
      const samples: { logit: number; add: (weight: number) => void }[] = [];
      for (let k = 0; k < points; k++) {
        for (let c = 0; c < cameras; c++) {
          const pair = (g * points + k) * cameras + c;
          const [u, v] = location.data.subarray(2 * pair, 2 * pair + 2) as unknown as number[];
          const shown = visible.data[pair] !== 0 && u! > 0 && v! > 0 && u! < 1 && v! < 1;
          if (!shown && !wholeSoftmax) continue;
          let start = 0;
          levels.forEach(([height, width], l) => {
            const entry = (l * points + k) * groups + group;
            const row = perCameraLogits ? g * cameras + c : g;
            const first = c * pixels + start;
            start += height * width;
            samples.push({
              logit: perGaussian.data[row * entries + entry]! +
                perCamera.data[c * entries + entry]!,
              add: (weight) => {
                if (!shown) return;
                const at = [u! * width - 0.5, v! * height - 0.5] as const;
                eachCorner(at, [height, width], (pixel, share) => {
                  for (let ch = 0; ch < channels; ch++) {
                    if (Math.floor(ch / (channels / groups)) !== group) continue;
                    y[g * channels + ch]! += weight * share *
                      features.data[(first + pixel) * channels + ch]!;
                  }
                });
              },
            });
          });
        }
      }
      const largest = Math.max(...samples.map((sample) => sample.logit));
      const sum = samples.reduce((part, { logit }) => part + Math.exp(logit - largest), 0);
      for (const { logit, add } of samples) add(Math.exp(logit - largest) / sum);
    }
  }
  return { shape: [gaussians, channels], data: y };
}
