import { RayIou } from "../../../loss/metrics/ray_iou/ray_iou.ts";
import { rayDirections, rayPitches } from "../../../loss/metrics/ray_iou/rays.ts";
import {
  type Arrays,
  type ArraySpec,
  fewNumbers,
  type HostArray,
  type Operator,
} from "../operator.ts";
import { counts, floats, knownFloats } from "./host_values.ts";

const GRID = ["samples", "x", "y", "z"];
const SUMMARY = "rays per class, IoU per distance and class, RayIoU; without a grid the rays alone";

const INPUTS: Record<string, ArraySpec> = {
  dims: { axes: [3], integer: true },
  voxel: { axes: [1] },
  pc_min: { axes: [3] },
  num_classes: { axes: [1], integer: true },
  thresholds: { axes: ["thresholds"] },
  pred: { axes: GRID, integer: true },
  gt: { axes: GRID, integer: true },
  origins_0: { axes: ["origins 0", 3] },
};

/** IoU of what rays from the car's positions meet first. */
export const rayiou: Operator = {
  name: "rayiou",
  summary: SUMMARY,
  inputs: INPUTS,
  part: (inputs) => inputs.pred || inputs.gt ? onSamples(inputs) : raysAlone,
  run: (gpu, inputs) => rayiou.part!(inputs).run(gpu, inputs),
};

const raysAlone: Operator = {
  name: "rayiou",
  summary: SUMMARY,
  inputs: {},
  run: () => {
    const rays = rayDirections();
    return Promise.resolve({
      rays: floats(rays, [rays.length / 3, 3]),
      // Of the directions as they are, in f32.
      pitch: floats(rayPitches().map((_, i) => Math.asin(rays[i * 360 * 3 + 2]!))),
    });
  },
};

/** The operator for as many samples as the labels have, each with origins of its own. */
function onSamples(inputs: Arrays): Operator {
  const samples = Array.from({ length: inputs.gt?.shape[0] ?? 1 }, (_, s) => s);
  return {
    ...rayiou,
    inputs: {
      ...INPUTS,
      ...Object.fromEntries(
        samples.map((s) => [`origins_${s}`, { axes: [`origins ${s}`, 3] }]),
      ),
    },
    run: (_gpu, arrays) => Promise.resolve(measure(arrays, samples)),
  };
}

function measure(arrays: Arrays, samples: readonly number[]): Record<string, HostArray> {
  const { dims, voxel, pc_min, num_classes, thresholds, pred, gt } = arrays as Record<
    string,
    HostArray
  >;
  const size = fewNumbers(dims!) as [number, number, number];
  const corner = fewNumbers(pc_min!) as [number, number, number];
  const edge = Math.fround(voxel!.data[0]!);
  const classes = num_classes!.data[0]!;
  const metric = new RayIou(
    { dims: size, voxel: edge, corner },
    classes,
    fewNumbers(thresholds!),
  );
  const voxels = size[0] * size[1] * size[2];
  const rays = rayDirections().length / 3;
  const outputs: Record<string, HostArray> = {};
  let neverInside = 0;
  for (const sample of samples) {
    const origins = arrays[`origins_${sample}`]!;
    const labelsOf = ({ data }: HostArray) =>
      Uint8Array.from({ length: voxels }, (_, i) => data[sample * voxels + i]!);
    const each = origins.shape[0]! * rays;
    const labels = { gt: new Uint8Array(each), pred: new Uint8Array(each) };
    const depths = { gt: new Float32Array(rays), pred: new Float32Array(rays) };
    metric.add(labelsOf(pred!), labelsOf(gt!), origins.data, (ray, hits) => {
      labels.gt[ray] = hits.truth;
      labels.pred[ray] = hits.predicted;
      if (hits.truthDepth === -edge) neverInside++;
      if (ray >= rays) return;
      depths.gt[ray] = hits.truthDepth;
      depths.pred[ray] = hits.predictedDepth;
    });
    for (const which of ["gt", "pred"] as const) {
      outputs[`ray_label_${which}_${sample}`] = { shape: [each], data: labels[which] };
      outputs[`ray_depth_${which}_${sample}`] = floats(depths[which]);
    }
  }
  const { iou, at, rayIou, ...totals } = metric.results();
  return {
    gt_count: counts(totals.gt),
    pred_count: counts(totals.pred),
    tp_count: counts(totals.tp.flatMap((row) => [...row]), [totals.tp.length, classes]),
    ...knownFloats("iou", iou.flat(), [iou.length, classes - 1]),
    rayiou: floats([rayIou ?? 0]),
    rayiou_at: floats(at.map((value) => value ?? 0)),
    rays_never_in_grid: counts([neverInside]),
    ...outputs,
  };
}
