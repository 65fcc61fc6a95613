/**
 * 3D Gaussians as a scene representation on native WebGPU: what a program may import.
 *
 * @module
 */
export {
  type ContentNode,
  type FileContent,
  inspectFile,
  type ValueRange,
} from "./data/inspect.ts";
export type { DType as FileDType, TypedArray } from "./data/formats/dtype.ts";
export type { NdArray } from "./data/formats/nd_array.ts";
export { type FileWatcher, watchFiles } from "./data/files/file_watch.ts";
export { encodeGlb, type GlbMesh } from "./data/formats/glb.ts";
export { type LabelledVoxels, voxelMeshes } from "./data/occupancy/voxel_mesh.ts";
export { surroundOcc } from "./data/nuscenes/task.ts";
export {
  type Colour,
  countedClasses,
  type LabelGrid,
  type MetricRule,
  type OccupancyTask,
} from "./data/occupancy/task.ts";
export { datasetOf } from "./data/datasets.ts";
export { type Camera, type KeyFrame, type Lidar } from "./data/occupancy/key_frame.ts";
export type { BytePicture, Picture, RgbPicture } from "./data/pictures/picture.ts";
export type { Matrix4, Pose } from "./data/occupancy/rigid.ts";
export type { ImageGeometry } from "./data/occupancy/image_geometry.ts";
export type { Lidarseg } from "./data/nuscenes/weak_labels/annotations.ts";
export type { Box as AnnotatedBox } from "./data/nuscenes/weak_labels/boxes.ts";
export type { LabelSources } from "./data/nuscenes/weak_labels/sources.ts";
export { type DataRoots, rootsIn, type Sample } from "./data/occupancy/sample.ts";
export { readSplit as readKeyFrames } from "./data/nuscenes/split_infos.ts";
export { indexNuscenes, type IndexOptions, type IndexReport } from "./data/nuscenes/indexing.ts";
export {
  labelFromOcc3d,
  type Occ3dOptions,
  type Occ3dReport,
} from "./data/occ3d/labels_onto_surround_occ.ts";
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
export { type SplatFormat } from "./data/splats/formats.ts";
export { SPLAT_ACTIONS, type SplatActionName } from "./data/splats/actions.ts";
export type { SplatAction, SplatActionDefinition } from "./data/splats/actions/action.ts";
export { type Box, cropToBox } from "./data/splats/actions/select/filter_box.ts";
export { mergeDown } from "./data/splats/actions/simplify/decimate.ts";
export { keepImportant } from "./data/splats/actions/simplify/max_count.ts";
export {
  type NamedAction,
  type SplatFileSize,
  type TransformOptions,
  type TransformReport,
  transformSplats,
} from "./data/splats/transform_splats.ts";
export { readSplats, type SplatFile } from "./data/splats/read_splats.ts";
export type {
  GltfEncoding,
  ReadSplatsOptions,
  WriteSplatsOptions,
} from "./data/splats/splat_format.ts";
export { allocateSplats, type ShDegree, type Splats, withDegree } from "./data/splats/splats.ts";
export { type SplatStatistics, type Spread, statisticsOf } from "./data/splats/statistics.ts";
export type { GltfColors } from "./data/splats/gltf/gltf_attributes.ts";
export { SPZ_FRAMES, type SpzFrame } from "./data/splats/spz/spz_frame.ts";
export type { SpzVersion } from "./data/splats/spz/spz_layout.ts";
export { dropUnusable, unusableText } from "./data/splats/usable.ts";
export { splatFormatOf, writeSplats } from "./data/splats/write_splats.ts";
export * from "./gpu/mod.ts";
export * from "./loss/mod.ts";
export {
  type Checkpoint,
  readCheckpoint,
  type TrainingState,
} from "./model/gaussianformer/training/training_state.ts";
export {
  type CheckpointArray,
  type CheckpointListing,
  convertCheckpoint,
  listCheckpoint,
} from "./model/checkpoint_file.ts";
export type { Refined } from "./model/gaussianformer/anchor/refine.ts";
export { checkMemory } from "./model/gaussianformer/training/memory_limit.ts";
export type { MemoryLimit } from "./model/memory_limit.ts";
export {
  type MemoryPlan,
  planMemory,
  type PlanOptions,
} from "./model/gaussianformer/training/memory_plan.ts";
export type { Stage } from "./model/gaussianformer/training/staged_model.ts";
export { evaluateBaseline } from "./model/gaussianformer/training/baseline.ts";
export { checkConfig } from "./model/gaussianformer/config/check_config.ts";
export { completeConfig } from "./model/gaussianformer/config/defaults.ts";
export type { ResNetConfig } from "./model/backbone/resnet_config.ts";
export type {
  AdditiveHeadConfig,
  AnyHeadConfig,
  EncoderConfig,
  GaussianFormerConfig,
  GaussiansConfig,
  HeadConfig,
  ImageConfig,
  LifterConfig,
  LossConfig,
  NeckConfig,
  OccupancyConfig,
  OptimConfig,
  ProbabilisticHeadConfig,
  SampledLifterConfig,
} from "./model/gaussianformer/config/config.ts";
export type {
  EvaluationPart,
  EvaluationStep,
} from "./model/gaussianformer/evaluation/evaluation.ts";
export type { HostArray } from "./model/operators/operator.ts";
export type { KeyDifferences, NamedArray } from "./model/module.ts";
export type { CurveRow } from "./model/splat/training/train_events.ts";
export type { ViewMetrics } from "./model/splat/measures/evaluation.ts";
export type { PictureMetrics, Planes } from "./model/splat/measures/picture_metrics.ts";
export { demoPicture } from "./model/gaussianformer/run/demo_picture.ts";
export {
  type BlindCamera,
  describeBlind,
} from "./model/gaussianformer/evaluation/blind_cameras.ts";
export { classTable } from "./model/gaussianformer/evaluation/class_table.ts";
export {
  type ClassFigures,
  evaluateGaussianFormer,
  type EvaluateOptions,
  type EvaluationReport,
} from "./model/gaussianformer/evaluation/evaluate_checkpoint.ts";
export {
  describeInitial,
  forDepthNetwork,
  type InitialReport,
} from "./model/gaussianformer/weights/initial_weights.ts";
export {
  originalConfig,
  type PretrainedBackbone,
} from "./model/gaussianformer/config/original_config.ts";
export {
  describeAccount,
  type OriginalConfigFile,
  readOriginalConfig,
} from "./model/gaussianformer/config/original_config_file.ts";
export {
  type PredictedFiles,
  predictGaussianFormer,
  type PredictionStep,
  type PredictOptions,
} from "./model/gaussianformer/evaluation/prediction.ts";
export {
  describeFigures,
  type Figures,
  figuresOf,
  percentText,
} from "./model/gaussianformer/evaluation/figures.ts";
export { presets } from "./model/gaussianformer/config/presets.ts";
export { writeProfile } from "./model/gaussianformer/run/run_log.ts";
export { EVALUATION, writeRunReport } from "./model/gaussianformer/run/run_report.ts";
export {
  readRun,
  type Run,
  type RunConfig,
  type RunRow,
  type RunSummary,
  summarize,
} from "./model/gaussianformer/run/run_rows.ts";
export {
  forwardPasses,
  type RunOptions,
  type RunResult,
} from "./model/gaussianformer/arrays/run_arrays.ts";
export {
  type ModelFiles,
  type ModelInputs,
  readModelInputs,
  runModel,
  writeModelOutputs,
} from "./model/gaussianformer/arrays/run_model_file.ts";
export {
  type RunEnd,
  type TrainEvent,
  trainGaussianFormer,
  type TrainOptions,
} from "./model/gaussianformer/training/training.ts";
export {
  presetOf,
  readTrainedWeights,
  type TrainedWeights,
} from "./model/gaussianformer/weights/trained_weights.ts";
export {
  listOperators,
  type OperatorListing,
  runOperatorFile,
} from "./model/operators/run_file.ts";
export {
  type Visualization,
  visualizeGaussianFormer,
  type VisualizeOptions,
} from "./model/gaussianformer/view/visualize.ts";
export { saveKeyFrame } from "./model/gaussianformer/view/saved_key_frame.ts";
export { GuiServer, type GuiServerOptions } from "./model/splat/gui/gui_server.ts";
export { writeReport } from "./model/run_report.ts";
export type { WrittenReport } from "./model/report/written_report.ts";
export type { Film, FilmOptions } from "./model/gaussianformer/view/film.ts";
export type { GaussianChoice } from "./model/gaussianformer/view/gaussian_choice.ts";
export type { Viewpoint } from "./model/gaussianformer/view/view_cameras.ts";
export type { ShownKeyFrame } from "./model/gaussianformer/view/visualize_page.ts";
export {
  type ExtraOptions,
  type ModelOptions,
  type OptimizationOptions,
  type PipelineOptions,
  type SceneSettings,
  SPLAT_DEFAULTS,
  type SplatConfig,
  splatConfig,
} from "./model/splat/config.ts";
export type {
  Densified,
  Relocated,
  StrategyEvent,
  StrategySettings,
} from "./model/splat/strategies/strategy.ts";
export { STRATEGY_SETTINGS, type StrategyName } from "./model/splat/strategies/table.ts";
export { ColmapError } from "./model/splat/convert/colmap_program.ts";
export {
  type ConvertEvent,
  type ConvertOptions,
  convertScene,
  type GpuNames,
} from "./model/splat/convert/convert_scene.ts";
export type { PlacedPhotos } from "./model/splat/convert/placed_photos.ts";
export type { MemoryRoom } from "./model/splat/plan/training_plan.ts";
export type { SplatEvent, SplatTask } from "./model/splat/training/train_events.ts";
export {
  type SceneEvent,
  trainScene,
  type TrainSceneOptions,
} from "./model/splat/training/train_scene.ts";
export {
  type RenderEvent,
  renderModel,
  type RenderOptions,
} from "./model/splat/measures/render_model.ts";
export {
  type Measured,
  measureModel,
  type MeasureOptions,
  type MethodMetrics,
  type ModelMetrics,
} from "./model/splat/measures/measure_model.ts";
export { Lpips, type LpipsRange } from "./model/splat/lpips/lpips.ts";
export type { LpipsFiles } from "./model/splat/lpips/lpips_weights.ts";
export { openView } from "./model/view/open_view.ts";
export type {
  Viewed,
  ViewedCamera,
  ViewedClass,
  ViewedItem,
  ViewResource,
  ViewState,
} from "./model/view/viewed.ts";
export {
  type SplatVoxels,
  voxelizeFile,
  type VoxelizeOptions,
  type VoxelizeReport,
  voxelizeSplats,
} from "./model/splat/voxels/voxelize.ts";
export type { SplatGrid, VoxelRange } from "./model/splat/voxels/voxel_range.ts";
