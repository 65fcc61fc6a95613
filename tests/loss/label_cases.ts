import type { Gpu } from "../../gpu/device.ts";
import { Tensor } from "../../gpu/tensor.ts";
import type { Targets } from "../reference/loss/cross_entropy.ts";
import { noise } from "../support.ts";

/** Labels that the losses over classes are tried on. */
export interface LabelCase extends Targets {
  name: string;
  classes: number;
  voxels: number;
}

function randomLabels(seed: number, voxels: number, classes: number): number[] {
  return Array.from(noise(seed, voxels, 0, classes), Math.floor);
}

const weighted = (classes: number) => noise(5, classes, 0.5, 1.5);
const every = (voxels: number, at: number) =>
  Array.from({ length: voxels }, (_, n) => n % at ? 1 : 0);

/** Odd, prime, single and no sizes, one class, everything ignored, everything masked, labels past the classes. */
export const LABEL_CASES: readonly LabelCase[] = [
  { name: "no voxel", classes: 4, voxels: 0, labels: [] },
  { name: "one voxel", classes: 3, voxels: 1, labels: [2] },
  { name: "one class", classes: 1, voxels: 7, labels: [0, 0, 0, 0, 0, 0, 0] },
  { name: "18 classes, weights", classes: 18, voxels: 211, labels: randomLabels(1, 211, 18) },
  { name: "several workgroups", classes: 5, voxels: 1031, labels: randomLabels(2, 1031, 5) },
  {
    name: "mask and ignore",
    classes: 6,
    voxels: 131,
    labels: randomLabels(3, 131, 6).map((label, n) => n % 5 ? label : 255),
    mask: every(131, 3),
  },
  {
    name: "another label ignored",
    classes: 4,
    voxels: 67,
    labels: randomLabels(4, 67, 4),
    ignore: 3,
  },
  { name: "one label only", classes: 5, voxels: 65, labels: Array(65).fill(3) },
  { name: "all ignored", classes: 4, voxels: 9, labels: Array(9).fill(255) },
  {
    name: "mask all zero",
    classes: 4,
    voxels: 9,
    labels: randomLabels(6, 9, 4),
    mask: Array(9).fill(0),
  },
  { name: "labels past the classes", classes: 3, voxels: 70, labels: randomLabels(7, 70, 5) },
].map((example) => ({
  ...example,
  ...(example.classes > 5 ? { classWeights: weighted(example.classes) } : {}),
}));

/** The case's labels, mask and weights on the GPU. */
export function upload(gpu: Gpu, { labels, mask, classWeights, ignore }: LabelCase) {
  return {
    labels: Tensor.from(gpu, Uint32Array.from(labels)),
    options: {
      mask: mask ? Tensor.from(gpu, Uint32Array.from(mask)) : null,
      classWeights: classWeights ? Tensor.from(gpu, Float32Array.from(classWeights)) : null,
      ...(ignore === undefined ? {} : { ignore }),
    },
  };
}
