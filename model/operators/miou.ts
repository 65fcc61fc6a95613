import { MeanIou } from "../../loss/mean_iou.ts";
import { checkInputs, fewNumbers, type HostArray, type Operator, upload } from "./operator.ts";

/** Mean intersection over union of predicted and true labels, summed over samples. */
export const miou: Operator = {
  name: "miou",
  summary: "counts, IoU, precision and recall per class, mean IoU and occupancy IoU in percent",
  inputs: {
    pred: { axes: ["samples", "voxels"], integer: true },
    labels: { axes: ["samples", "voxels"], integer: true },
    mask: { axes: ["samples", "voxels"], integer: true, optional: true },
    class_indices: { axes: ["classes"], integer: true },
    empty_label: { axes: [1], integer: true },
  },
  async run(gpu, inputs) {
    checkInputs(miou, inputs);
    const { pred, labels, mask, class_indices, empty_label } = inputs as Record<string, HostArray>;
    using _scope = gpu.scope();
    const metric = new MeanIou({
      classes: fewNumbers(class_indices!),
      empty: empty_label!.data[0]!,
    });
    metric.add(
      upload(gpu, pred!, "u32"),
      upload(gpu, labels!, "u32"),
      mask && upload(gpu, mask, "u32"),
    );
    const { seen, correct, positive, reference } = await metric.results();
    const { iou, precision, recall, miou: mean, occIou } = reference;
    const f32 = (values: readonly number[]) => ({
      shape: [values.length],
      data: Float32Array.from(values),
    });
    return {
      total_seen: f32(seen),
      total_correct: f32(correct),
      total_positive: f32(positive),
      iou: f32(iou.map((value) => value ?? NaN)),
      precision: f32(precision),
      recall: f32(recall),
      miou: f32([mean]),
      occ_iou: f32([occIou]),
    };
  },
};
