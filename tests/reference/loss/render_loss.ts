import { rasterCamera, type RenderView } from "../../../loss/render/render_view.ts";
import { rasterizeChannels } from "../gaussian/rasterize_channels.ts";
import type { F64 } from "../../support.ts";

/** Voxels in doubles: a grid [X, Y, Z] of cubes of 1 m from `origin`, drawn with a deviation in metres. */
export interface VoxelsF64 {
  /** [classes, voxels]. */
  probabilities: F64;
  /** [voxels]. */
  opacities: F64;
  labels: readonly number[];
  empty: number;
  ignored: number;
  size: readonly [number, number, number];
  origin: readonly [number, number, number];
  deviation: number;
}

/** The opacity of a voxel whose probability of being empty is e. */
export function sharpenedOpacity(e: number): number {
  return 1 - (e < 0.5 ? e ** 2 : 1 - (1 - e) ** 2);
}

/** Terms of GaussRender's loss: classes and depth ahead, classes and depth from above, ten times the sum. */
export function renderLoss(
  v: VoxelsF64,
  cameras: readonly RenderView[],
  above: RenderView,
): number[] {
  const ahead = cameras.map((view) => terms(v, view, 50));
  const mean = (k: 0 | 1) => ahead.reduce((sum, pair) => sum + pair[k], 0) / ahead.length;
  const all = [mean(0), mean(1), ...terms(v, above, 100)];
  return [...all, 10 * all.reduce((sum, term) => sum + term, 0)];
}

function terms(v: VoxelsF64, view: RenderView, metres: number): [number, number] {
  const { empty, ignored, labels } = v;
  const [classes, voxels] = v.probabilities.shape as [number, number];
  const centres = Array.from({ length: voxels }, (_, i) => {
    const [, Y, Z] = v.size;
    return [Math.floor(i / (Y * Z)), Math.floor(i / Z) % Y, i % Z]
      .map((place, k) => v.origin[k]! + place + 0.5);
  });
  const ahead = centres.map((centre) => {
    const m = view.gridToCamera;
    return [0, 1, 2].map((r) =>
      centre.reduce((sum, value, k) => sum + m[4 * r + k]! * value, m[4 * r + 3]!)
    );
  });
  const seen = ahead.map(([x, y, z], i) => {
    if (labels[i] === ignored) return false;
    if (!view.withinPicture) return true;
    const place = [
      view.focal[0] * x! / z! + view.centre[0],
      view.focal[1] * y! / z! + view.centre[1],
    ];
    return z! > 0 && place.every((p, k) => p > 0.5 && p < view.size[k]! - 0.5);
  });
  const draw = (colour: (i: number, c: number) => number, opacity: (i: number) => number) => {
    const gaussians = {
      means: { shape: [voxels, 3], data: Float64Array.from(centres.flat()) },
      opacities: {
        shape: [voxels],
        data: Float64Array.from(centres, (_, i) => seen[i] ? opacity(i) : 0),
      },
      scales: { shape: [voxels, 3], data: new Float64Array(3 * voxels).fill(v.deviation) },
      rotations: {
        shape: [voxels, 4],
        data: Float64Array.from(centres.flatMap(() => [1, 0, 0, 0])),
      },
    };
    const channels = centres.flatMap((_, i) => [
      ...Array.from({ length: classes }, (_, c) => colour(i, c)),
      ahead[i]![2]!,
    ]);
    return rasterizeChannels(
      gaussians,
      { shape: [voxels, classes + 1], data: Float64Array.from(channels) },
      rasterCamera(view),
      Array.from({ length: classes + 1 }, (_, c) => Number(c === empty)),
    ).data;
  };
  const predicted = draw(
    (i, c) => v.probabilities.data[c * voxels + i]!,
    (i) => v.opacities.data[i]!,
  );
  const truth = draw((i, c) => Number(labels[i] === c), (i) => Number(labels[i] !== empty));
  const pixels = view.size[0] * view.size[1];
  let [colour, depth, counted] = [0, 0, 0];
  for (let at = 0; at < predicted.length; at++) {
    const difference = Math.abs(predicted[at]! - truth[at]!);
    if (at < classes * pixels) colour += difference / (classes * pixels);
    else if (truth[at]! > 0.1) {
      depth += difference / metres;
      counted++;
    }
  }
  return [colour, counted ? depth / counted : 0];
}
