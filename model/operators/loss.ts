import { surroundOcc } from "../../data/nuscenes/task.ts";
import type { Gpu } from "../../gpu/device.ts";
import { backward, variable } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { binaryCrossEntropy } from "../../loss/binary/binary_cross_entropy.ts";
import { pixelDistribution } from "../../loss/binary/pixel_distribution.ts";
import { frequencyWeights, normalizeWeights } from "../../loss/class_weights.ts";
import { occupancyLoss } from "../../loss/occupancy_loss.ts";
import { lovaszSoftmax } from "../../loss/overlap/lovasz_softmax.ts";
import { geoScal, semScal } from "../../loss/overlap/scal.ts";
import { crossEntropy } from "../../loss/voxels/cross_entropy.ts";
import { nllOnProbabilities } from "../../loss/voxels/nll.ts";
import {
  type Arrays,
  checkInputs,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";

// Where there are so many classes the original takes the first one for the empty one in semScal, and
// leaves out the last one as it does elsewhere.
const EMPTY_FIRST = 19;

/** All losses that the input has the arrays for, each with the gradient by its predictions. */
export const loss: Operator = {
  name: "loss",
  summary: "losses over classes, of occupancy and of depth distributions, with their gradients",
  inputs: {
    labels: { axes: ["voxels"], integer: true, optional: true },
    logits: { axes: ["classes", "voxels"], optional: true },
    probs: { axes: ["classes", "voxels"], optional: true },
    probs_edge: { axes: ["classes", "voxels"], optional: true },
    class_weights: { axes: ["classes"], optional: true },
    empty_label: { axes: [1], integer: true, optional: true },
    lovasz_ignore: { axes: [1], integer: true, optional: true },
    occ_mask: { axes: ["voxels"], integer: true, optional: true },
    manual_class_weight: { axes: ["weights"], optional: true },
    bin_logits: { axes: ["voxels"], optional: true },
    pixel_logits: { axes: ["rays", "bins"], optional: true },
    pixel_gt: { axes: ["rays", "bins"], optional: true },
  },
  async run(gpu, inputs) {
    checkInputs(loss, inputs);
    checkCompany(inputs);
    using _scope = gpu.scope();
    const outputs: Record<string, HostArray> = {};
    for (const [key, { predictions, compute }] of Object.entries(losses(gpu, inputs))) {
      const array = inputs[predictions];
      if (!array) continue;
      using _one = gpu.scope();
      const leaf = variable(upload(gpu, array));
      const value = compute(leaf).retain();
      backward(value);
      outputs[key] = await download(value, [1]);
      outputs[GRADIENT_KEYS[key] ?? `grad_${key}`] = await download(leaf.gradient!);
    }
    return { ...outputs, ...classWeightOutputs(inputs) };
  },
};

interface Loss {
  /** Key of the array that the loss is differentiated by; the loss is left out without it. */
  readonly predictions: string;
  readonly compute: (predictions: Tensor) => Tensor;
}

const GRADIENT_KEYS: Readonly<Record<string, string>> = { bce_loss: "grad_bce" };

const NEEDS_LABELS = ["logits", "probs", "probs_edge", "bin_logits"];
const SUFFICE = [...NEEDS_LABELS, "pixel_logits", "manual_class_weight"];

function checkCompany(inputs: Arrays): void {
  if (!SUFFICE.some((key) => inputs[key])) {
    throw new TypeError(
      `Cannot run loss: the input has none of "${SUFFICE.join('", "')}", one is needed`,
    );
  }
  const predictions = NEEDS_LABELS.find((key) => inputs[key]);
  const missing = predictions && !inputs.labels
    ? ["labels", predictions]
    : inputs.pixel_logits && !inputs.pixel_gt
    ? ["pixel_gt", "pixel_logits"]
    : null;
  if (missing) {
    throw new TypeError(`Cannot run loss: the input has no "${missing[0]}" for "${missing[1]}"`);
  }
}

function losses(gpu: Gpu, inputs: Arrays): Record<string, Loss> {
  const classWeights = inputs.class_weights ? upload(gpu, inputs.class_weights) : null;
  const labels = inputs.labels ? upload(gpu, inputs.labels, "u32") : null;
  const pixelTargets = inputs.pixel_gt ? upload(gpu, inputs.pixel_gt) : null;
  const classes = (inputs.logits ?? inputs.probs ?? inputs.probs_edge)?.shape[0] ??
    surroundOcc.classes.length;
  const empty = labelOf(inputs, "empty_label", classes) ?? classes - 1;
  const lovaszIgnore = labelOf(inputs, "lovasz_ignore") ?? empty;
  const skip = classes === EMPTY_FIRST && empty === 0 ? [empty, classes - 1] : [empty];
  const given = inputs.occ_mask ?? (inputs.labels && maskWithout(inputs.labels, empty));
  const mask = given ? upload(gpu, given, "u32") : null;
  const nll = (probs: Tensor) => nllOnProbabilities(probs, labels!, { classWeights });
  const occupancy = { classWeights, mask, empty, lovaszIgnore, semScalSkip: skip };
  const all: Record<string, Loss> = {
    ce: {
      predictions: "logits",
      compute: (logits) => crossEntropy(logits, labels!, { classWeights }),
    },
    ce_wo_softmax: { predictions: "probs", compute: nll },
    ce_wo_softmax_edge: { predictions: "probs_edge", compute: nll },
    sem_scal: { predictions: "probs", compute: (probs) => semScal(probs, labels!, { skip }) },
    geo_scal: { predictions: "probs", compute: (probs) => geoScal(probs, labels!, { empty }) },
    lovasz: {
      predictions: "probs",
      compute: (probs) => lovaszSoftmax(probs, labels!, { ignore: lovaszIgnore }),
    },
    lovasz_noignore: { predictions: "probs", compute: (probs) => lovaszSoftmax(probs, labels!) },
    occloss_v1: {
      predictions: "logits",
      compute: (logits) => occupancyLoss(logits, labels!, { ...occupancy, softmax: true }),
    },
    occloss_prob: {
      predictions: "probs",
      compute: (probs) => occupancyLoss(probs, labels!, { ...occupancy, softmax: false }),
    },
    occloss_full: {
      predictions: "logits",
      compute: (logits) =>
        occupancyLoss(logits, labels!, {
          ...occupancy,
          mask: null,
          softmax: true,
          weights: { crossEntropy: 1, semScal: 1, geoScal: 1 },
        }),
    },
    bce_loss: {
      predictions: "bin_logits",
      compute: (probs) => binaryCrossEntropy(probs, labels!, { empty }),
    },
    pixel_softmax_bce: {
      predictions: "pixel_logits",
      compute: (logits) => pixelDistribution(logits, pixelTargets!),
    },
    pixel_sigmoid_bce: {
      predictions: "pixel_logits",
      compute: (logits) => pixelDistribution(logits, pixelTargets!, { sigmoid: true }),
    },
  };
  return all;
}

/** A label given under a key; one of the classes where their number is told. */
function labelOf(inputs: Arrays, key: string, classes = Infinity): number | undefined {
  const label = inputs[key]?.data[0];
  if (label === undefined || (label >= 0 && label < classes)) return label;
  throw new RangeError(
    `Cannot run loss: "${key}" is ${label}, ${
      classes === Infinity ? "a label from 0 on" : `0 to ${classes - 1}`
    } is right`,
  );
}

/** What counts where no mask is given: not label 0, which is noise unless it is the empty one. */
function maskWithout({ shape, data }: HostArray, empty: number): HostArray {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = Number(data[i] !== 0 || empty === 0);
  return { shape, data: mask };
}

function classWeightOutputs({ manual_class_weight }: Arrays): Record<string, HostArray> {
  if (!manual_class_weight) return {};
  const f32 = (values: readonly number[]) => ({
    shape: [values.length],
    data: Float32Array.from(values),
  });
  return {
    normalized_manual: f32(normalizeWeights(fewNumbers(manual_class_weight))),
    freq_log_weight: f32(frequencyWeights(surroundOcc.frequencies!)),
  };
}
