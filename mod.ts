/**
 * 3D Gaussians as a scene representation on native WebGPU: what a program may import.
 *
 * @module
 */
export { CLASS_NAMES } from "./data/nuscenes/classes.ts";
export { indexNuscenes, type IndexOptions, type IndexReport } from "./data/nuscenes/indexing.ts";
export {
  type ProjectedSweep,
  projectKeyFrame,
  type ProjectOptions,
  projectSweep,
} from "./data/nuscenes/projected_sweep.ts";
export { TABLES_VERSIONS, type TablesVersion } from "./data/nuscenes/splits.ts";
export {
  labelKeyFrames,
  type LabelOptions,
  type LabelReport,
} from "./data/nuscenes/weak_labels/labelling.ts";
export { type SyntheticOptions, writeSyntheticDataset } from "./data/synth/dataset.ts";
export type { AdapterName, Capability, Limits, OpenOptions } from "./gpu/adapter.ts";
export { Gpu } from "./gpu/device.ts";
export { Kernel } from "./gpu/kernel.ts";
export type { ProfileRow } from "./gpu/profile.ts";
export { Scope } from "./gpu/scope.ts";
export { type DType, Tensor } from "./gpu/tensor.ts";
export { type Checkpoint, readCheckpoint, type TrainingState } from "./model/checkpoint.ts";
export { evaluateBaseline } from "./model/gaussianformer/baseline.ts";
export type { GaussianFormerConfig } from "./model/gaussianformer/config.ts";
export { demoPicture } from "./model/gaussianformer/demo_picture.ts";
export {
  type ClassFigures,
  evaluateGaussianFormer,
  type EvaluateOptions,
  type EvaluationReport,
} from "./model/gaussianformer/evaluate_checkpoint.ts";
export { presets } from "./model/gaussianformer/presets.ts";
export {
  type TrainEvent,
  trainGaussianFormer,
  type TrainOptions,
} from "./model/gaussianformer/training.ts";
export {
  listOperators,
  type OperatorListing,
  runOperatorFile,
} from "./model/operators/run_file.ts";
