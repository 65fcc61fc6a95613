import type { Published } from "./published.ts";

const LOGS = {
  rule: "own",
  source: "the logs at the end of the repository's configurations",
  weights: "published",
  stream: "once",
} as const;

/** By class, of the sizes t, s, m and l. */
const OCC3D: Readonly<Record<string, readonly number[]>> = {
  others: [12.23, 12.28, 12.7, 12.61],
  barrier: [47.25, 48.76, 48.57, 48.85],
  bicycle: [25.71, 27.14, 27.14, 27.43],
  bus: [41.25, 42.49, 42.41, 44.2],
  car: [49.67, 50.11, 50.19, 50.78],
  construction_vehicle: [24.33, 24.56, 24.33, 23.07],
  motorcycle: [28.46, 29.78, 30.2, 32.37],
  pedestrian: [25.65, 26.68, 28.21, 27.38],
  traffic_cone: [32.64, 34.22, 35.78, 36.22],
  trailer: [25.41, 25.6, 27.3, 27.61],
  truck: [36.41, 37.85, 37.77, 37.7],
  driveable_surface: [68.96, 69.38, 69.51, 69.39],
  other_flat: [42.45, 41.74, 41.88, 42.63],
  sidewalk: [45.63, 46.33, 47.19, 47.55],
  terrain: [42.88, 43.74, 44.46, 45.29],
  manmade: [33.1, 33.97, 35.83, 38.19],
  vegetation: [31.52, 32.24, 33.98, 35.53],
};
const SURROUND_OCC: Readonly<Record<string, readonly number[]>> = {
  barrier: [21.35, 21.96, 23.73, 23.92],
  bicycle: [11.9, 12.14, 12.07, 12.43],
  bus: [28.35, 28.46, 28.46, 29.77],
  car: [32.12, 32.86, 33.13, 33.62],
  construction_vehicle: [15.46, 16.98, 17.42, 17.36],
  motorcycle: [15.84, 16.62, 17.68, 17.74],
  pedestrian: [13.2, 13.6, 14.62, 14.95],
  traffic_cone: [11.83, 13.06, 14.2, 14.79],
  trailer: [11.87, 12.4, 12.87, 13.42],
  truck: [23.71, 24.52, 25.27, 26.25],
  driveable_surface: [47.3, 47.16, 47.84, 48.22],
  other_flat: [29.19, 29.07, 29.33, 29.22],
  sidewalk: [30.29, 30.81, 31.58, 32.16],
  terrain: [28.22, 28.46, 29.15, 30.2],
  manmade: [13.23, 14.9, 17.28, 18.67],
  vegetation: [25.75, 26.87, 28.55, 30.04],
};

/** Means, IoU of what is occupied, and of rays. */
const MEANS = {
  surroundOcc: { miou: [22.48, 23.12, 23.95, 24.55], iou: [34.91, 35.63, 36.99, 38.13] },
  occ3d: {
    miou: [36.09, 36.87, 37.50, 38.05],
    iou: [52.73, 53.46, 54.52, 55.56],
    rayIou: [42.52, 42.97, 43.79, 44.03],
  },
};

const SIZES = ["t", "s", "m", "l"] as const;

/** SuperOcc's four sizes for two sets of labels. */
export const superOcc: Readonly<Record<string, Published>> = Object.fromEntries(
  SIZES.flatMap((size, i) => {
    const of = (classes: typeof OCC3D) =>
      Object.fromEntries(Object.entries(classes).map(([name, values]) => [name, values[i]!]));
    const { surroundOcc, occ3d } = MEANS;
    const own: Published = {
      ...LOGS,
      preset: `superocc_${size}`,
      measures: [],
      miou: surroundOcc.miou[i]!,
      iou: surroundOcc.iou[i]!,
      classes: of(SURROUND_OCC),
    };
    const rays: Published = {
      ...LOGS,
      preset: `occ3d/superocc_${size}`,
      measures: ["rayiou"],
      miou: occ3d.miou[i]!,
      iou: occ3d.iou[i]!,
      rayIou: occ3d.rayIou[i]!,
      classes: of(OCC3D),
    };
    return [[own.preset, own], [rays.preset, rays]];
  }),
);
