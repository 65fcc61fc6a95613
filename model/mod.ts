/**
 * Networks: modules and layers with named parameters, checkpoints, and the GaussianFormer family with
 * its settings, presets and weights.
 *
 * @module
 */
export { evaluating, type KeyDifferences, Module, type NamedArray } from "./module.ts";
export { Initializer } from "./init.ts";
export { BatchNorm2d, type BatchNorm2dOptions } from "./layers/batch_norm2d.ts";
export { Conv2d, type Conv2dOptions, type Finish } from "./layers/conv2d.ts";
export { DeformConv2d } from "./layers/deform_conv2d.ts";
export { LayerNorm } from "./layers/layer_norm.ts";
export { Linear } from "./layers/linear.ts";
export { type Layers, linearReluNorm, runLayers } from "./layers/mlp.ts";
export { FPN } from "./backbone/fpn.ts";
export { ResNet } from "./backbone/resnet.ts";
export { type ResNetConfig } from "./backbone/resnet_config.ts";
export { readWeights } from "./weights_file.ts";
export {
  type Checkpoint,
  readCheckpoint,
  type TrainingState,
} from "./occupancy/training/training_state.ts";
export { runCheckpoints } from "./run/checkpoint_folder.ts";
export type { RunCheckpoint, RunState, TraineeKind } from "./run/checkpoint.ts";
export { type Launched, launched, type Launcher } from "./run/ranks/launched.ts";
export { installedMpi } from "./run/ranks/mpi/library.ts";
export { joinRanks } from "./run/ranks/mpi/mpi_ranks.ts";
export {
  assertSame,
  gatherValues,
  ONE_RANK,
  type Ranks,
  type Summable,
} from "./run/ranks/ranks.ts";
export { GRADIENT_WORDS, type GradientWords } from "./run/ranks/gradient_means.ts";
export type { RunWishes } from "./run/run.ts";
export type { NamedParameter, RunTotals } from "./run/trainee.ts";
export { VERSION } from "./version.ts";

export {
  type CameraBatch,
  type Memory,
  type Moment,
  type Occupancy,
  OccupancyNetwork,
} from "./occupancy/network/occupancy_network.ts";
export { AnchorNetwork } from "./occupancy/network/anchor_network.ts";
export { GaussianFormer } from "./occupancy/gaussianformer/network/gaussianformer.ts";
export type { Refined } from "./occupancy/anchor/refine.ts";
export { checkConfig } from "./occupancy/table.ts";
export { onTask } from "./occupancy/config/on_task.ts";
export { quickModel, type QuickSize } from "./occupancy/config/quick.ts";
export type {
  AdditiveHeadConfig,
  AnchorModelConfig,
  AnyHeadConfig,
  AnyLifterConfig,
  EncoderConfig,
  HeadConfig,
  LearnedLifterConfig,
  LifterConfig,
  ProbabilisticHeadConfig,
  SampledLifterConfig,
  SuperquadricHeadConfig,
} from "./occupancy/config/anchor_config.ts";
export type { QuadricFormerConfig } from "./occupancy/quadricformer/config/config.ts";
export { quadricFormerPresets } from "./occupancy/quadricformer/config/presets.ts";
export { QuadricFormer } from "./occupancy/quadricformer/network/quadricformer.ts";
export type { GaussianFormerConfig } from "./occupancy/gaussianformer/config/config.ts";
export type {
  ExponentsConfig,
  GaussiansConfig,
  ImageConfig,
  LossConfig,
  ModelConfig,
  NeckConfig,
  OccupancyConfig,
  OptimConfig,
  ParameterRules,
} from "./occupancy/config/model_config.ts";
export { originalConfig } from "./occupancy/config/original_config.ts";
export { type PretrainedBackbone } from "./occupancy/config/original/original_reader.ts";
export type { OptionsAccount } from "./occupancy/config/original/options_ledger.ts";
export {
  describeAccount,
  type OriginalConfigFile,
  readOriginalConfig,
} from "./occupancy/config/original_config_file.ts";
export { occ3dPresets } from "./occupancy/gaussianformer/config/occ3d_presets.ts";
export { splatRange } from "./occupancy/view/drawn_frame.ts";
export { kitti360Presets } from "./occupancy/gaussianformer/config/kitti360_presets.ts";
export { streetPresets } from "./occupancy/gaussianformer/config/street_presets.ts";
export { openOccPresets } from "./occupancy/gaussianformer/config/openocc_presets.ts";
export { presetTable as gaussianFormerPresets } from "./occupancy/gaussianformer/config/preset_table.ts";
export { presets as originalPresets } from "./occupancy/gaussianformer/config/presets.ts";
export type { GaussianWorldConfig, StreamConfig } from "./occupancy/gaussianworld/config/config.ts";
export { worldPresets as gaussianWorldPresets } from "./occupancy/gaussianworld/config/presets.ts";
export { GaussianWorld } from "./occupancy/gaussianworld/network/gaussianworld.ts";
export type {
  DecoderConfig,
  QueriesConfig,
  SuperOccConfig,
  SuperOccHeadConfig,
  SuperOccLossConfig,
  SuperOccStreamConfig,
  SuperquadricsConfig,
} from "./occupancy/superocc/config/config.ts";
export { superOccPresets } from "./occupancy/superocc/config/presets.ts";
export { SuperOcc, type SuperOccupancy } from "./occupancy/superocc/network/superocc.ts";
export type { LayerResult } from "./occupancy/superocc/network/decoder_layer.ts";
export type { RefinedSuperquadrics } from "./occupancy/superocc/superquadrics/refine_superquadrics.ts";
export { completeConfig, modelOf, models, presets } from "./occupancy/table.ts";
export type { ClipState } from "./occupancy/stream/clip_memory.ts";
export type { SinceFigures } from "./occupancy/stream/iou_by_since.ts";
export { STREAM_MODES, type StreamMode } from "./occupancy/stream/stream_views.ts";
export type {
  Criterion,
  OccupancyModel,
  Pretraining,
  StreamPlan,
  UpstreamKeys,
} from "./occupancy/model.ts";
export type {
  GivenLabels,
  OriginalReader,
  ReadModel,
} from "./occupancy/config/original/original_reader.ts";
export {
  compareOfficial,
  OFFICIAL,
  type OfficialComparison,
  type OfficialRow,
} from "./occupancy/official/official.ts";
export type { Published } from "./occupancy/official/published.ts";
export { type BlindCamera, describeBlind } from "./occupancy/evaluation/blind_cameras.ts";
export { classTable } from "./occupancy/evaluation/class_table.ts";
export {
  describeFigures,
  type Figures,
  figuresOf,
  percentText,
} from "./occupancy/evaluation/figures.ts";
export { majorityOf } from "./occupancy/shipped/majority.ts";
export { readModelCard } from "./occupancy/shipped/model_card.ts";
export { WatchedPrediction } from "./occupancy/watched/watched_prediction.ts";
export { SHIPPED_MODELS, shippedFile } from "./occupancy/shipped/shipped_models.ts";
export { scaledSchedule } from "./occupancy/config/scaled_schedule.ts";
export { epochSteps } from "./occupancy/training/epoch_steps.ts";
export { type LabelledBatch, pipelineOf, uploadSample } from "./occupancy/training/sample_batch.ts";
export type { PixelDistributions } from "./occupancy/network/occupancy_network.ts";
export type { Tell } from "./occupancy/network/progress.ts";
export type { Trace } from "./occupancy/network/trace.ts";
export type { Stage } from "./occupancy/training/staged_model.ts";
export {
  describeInitial,
  forDepthNetwork,
  type InitialReport,
} from "./occupancy/weights/initial_weights.ts";
export {
  presetOf,
  presetsOf,
  readTrainedWeights,
  type TrainedWeights,
} from "./occupancy/weights/trained_weights.ts";
