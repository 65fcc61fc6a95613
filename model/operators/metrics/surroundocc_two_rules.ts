import { MeanIou } from "../../../loss/mean_iou.ts";
import { Confusion } from "../../../loss/metrics/confusion.ts";
import { streamMiou } from "../../../loss/metrics/stream_miou.ts";
import { checkInputs, type HostArray, type Operator } from "../operator.ts";
import { counts, floats } from "./host_values.ts";

/** SurroundOcc's classes: noise, sixteen of nuScenes, empty. */
const CLASSES = 18;

/** The same labels under the counting rules of GaussianWorld (every block) and GaussianFormer (the last). */
export const surroundoccTwoRules: Operator = {
  name: "surroundocc_two_rules",
  summary: "mean IoU and IoU on SurroundOcc's labels, as GaussianWorld and as GaussianFormer count",
  inputs: {
    pred: { axes: ["samples", "blocks", "voxels"], integer: true },
    label: { axes: ["samples", "voxels"], integer: true },
  },
  async run(_gpu, inputs) {
    const { samples, blocks, voxels } = checkInputs(surroundoccTwoRules, inputs) as Record<
      "samples" | "blocks" | "voxels",
      number
    >;
    const { pred, label } = inputs as Record<string, HostArray>;
    const confusions = Array.from({ length: blocks }, () => new Confusion(CLASSES));
    const former = new MeanIou({
      classes: Array.from({ length: CLASSES - 2 }, (_, i) => i + 1),
      empty: CLASSES - 1,
    });
    for (let sample = 0; sample < samples; sample++) {
      const labels = slice(label!, sample * voxels, voxels);
      confusions.forEach((confusion, block) => {
        const predicted = slice(pred!, (sample * blocks + block) * voxels, voxels);
        confusion.add(labels, predicted);
        if (block === blocks - 1) former.addArrays(predicted, labels, labels);
      });
    }
    const world = confusions.map(streamMiou);
    const perClass = (of: (figures: ReturnType<typeof streamMiou>) => number[]) =>
      world.flatMap(of);
    const { seen, correct, positive, reference: { miou, occIou } } = await former.results();
    return {
      conf_raw: counts(confusions.flatMap(predictionRows), [blocks, CLASSES, CLASSES]),
      gw_tp: counts(perClass(({ tp }) => tp), [blocks, CLASSES]),
      gw_fp: counts(perClass(({ fp }) => fp), [blocks, CLASSES]),
      gw_fn: counts(perClass(({ fn }) => fn), [blocks, CLASSES]),
      gw_iou: floats(perClass(({ iou }) => iou), [blocks, CLASSES]),
      gw_miou: floats(world.map(({ miou }) => miou)),
      gw_geo_conf: counts(perClass(({ geometry }) => geometry.flat()), [blocks, 2, 2]),
      gw_geo_iou: floats(world.map(({ geometryIou }) => geometryIou)),
      gf_seen: counts(seen),
      gf_correct: counts(correct),
      gf_positive: counts(positive),
      gf_miou_percent: floats([miou]),
      gf_iou_percent: floats([occIou]),
    };
  },
};

function slice({ data }: HostArray, start: number, length: number): Uint8Array {
  const part = new Uint8Array(length);
  for (let i = 0; i < length; i++) part[i] = data[start + i]!;
  return part;
}

/** GaussianWorld's matrix has a row a prediction, ours a row a label. */
function predictionRows({ classes, counts }: Confusion): number[] {
  return Array.from(
    { length: classes * classes },
    (_, i) => counts[(i % classes) * classes + Math.floor(i / classes)]!,
  );
}
