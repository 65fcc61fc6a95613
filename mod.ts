/**
 * 3D Gaussians as a scene representation on native WebGPU: the jobs, each of them what a command does.
 * They take files and settings and tell by events how far they are; nothing of them prints. What they are
 * made of is in `./gpu`, `./loss`, `./data`, `./model` and `./splat`.
 *
 * @module
 */
export {
  type ContentNode,
  type FileContent,
  inspectFile,
  type ValueRange,
} from "./data/inspect.ts";
export type { Lidarseg } from "./data/nuscenes/weak_labels/annotations.ts";
export type { Box as AnnotatedBox } from "./data/weak_labels/boxes.ts";
export type { LabelSources } from "./data/nuscenes/weak_labels/sources.ts";
export {
  indexKitti360,
  type Kitti360IndexOptions,
  type Kitti360IndexReport,
} from "./data/kitti360/indexing.ts";
export { indexNuscenes, type IndexOptions, type IndexReport } from "./data/nuscenes/indexing.ts";
export { type LabelShare, reportOfShares } from "./data/weak_labels/label_share.ts";
export {
  assertConverted,
  labelFromOcc3d,
  type Occ3dOptions,
  type Occ3dReport,
} from "./data/occ3d/labels_onto_surround_occ.ts";
export type { CheckedFrame, CheckOptions, CheckReport } from "./data/check/check_data.ts";
export {
  type CheckedSet,
  checkSet,
  type CheckSetOptions,
} from "./model/occupancy/check/check_set.ts";
export {
  projectKeyFrame,
  type ProjectOptions,
  type ProjectReport,
} from "./data/drawing/project_key_frame.ts";
export type { PointsOnPictures } from "./data/drawing/points_on_pictures.ts";
export { type ProjectedSweep, projectSweep } from "./data/drawing/projected_sweep.ts";
export { TABLES_VERSIONS, type TablesVersion } from "./data/nuscenes/splits.ts";
export type { LabelCounts } from "./data/weak_labels/label_frames.ts";
export {
  assertOwnLabelled,
  labelOwnFrames,
  type OwnLabelOptions,
  type OwnLabelReport,
} from "./data/own/label_own.ts";
export {
  assertLabelled,
  labelKeyFrames,
  type LabelOptions,
  type LabelReport,
} from "./data/nuscenes/weak_labels/labelling.ts";
export { type SyntheticOptions, writeSyntheticDataset } from "./data/synth/dataset.ts";
export {
  type CheckpointArray,
  type CheckpointListing,
  convertCheckpoint,
  listCheckpoint,
} from "./model/checkpoint_file.ts";
export { checkMemory } from "./model/occupancy/training/memory_limit.ts";
export type { MemoryLimit } from "./model/memory_limit.ts";
export {
  type MemoryPlan,
  planAnywhere,
  planMemory,
  type PlanOptions,
} from "./model/occupancy/training/memory_plan.ts";
export {
  evaluateBaseline,
  evaluateLabels,
  majorityLabels,
} from "./model/occupancy/training/baseline.ts";
export { shipModel, type ShippingOptions } from "./model/occupancy/shipped/ship_model.ts";
export type {
  CurvePoint,
  ModelCard,
  StreetSet,
  TestFigures,
} from "./model/occupancy/shipped/model_card.ts";
export type { EvaluationPart } from "./model/occupancy/evaluation/teller.ts";
export type { EvaluationStep } from "./model/occupancy/evaluation/evaluation.ts";
export type { Arrays, HostArray } from "./model/operators/operator.ts";
export { keyFramePicture } from "./model/occupancy/view/key_frame_picture.ts";
export {
  hindrance,
  MORE_MEASURES,
  type MoreFigures,
  type MoreMeasure,
  type RayFigures,
  type StreamFigures,
} from "./model/occupancy/evaluation/more_measures.ts";
export {
  type ClassFigures,
  evaluateOccupancy,
  type EvaluateOptions,
  type EvaluationReport,
  type StreamReport,
} from "./model/occupancy/evaluation/evaluate_checkpoint.ts";
export {
  type PredictedFiles,
  type PredictionStep,
  predictOccupancy,
  type PredictOptions,
} from "./model/occupancy/evaluation/prediction.ts";
export type { SkippedFrame } from "./model/occupancy/evaluation/skipped_frames.ts";
export { writeProfile } from "./model/occupancy/run/run_log.ts";
export {
  type SavedEvaluation,
  saveEvaluation,
  writeRunReport,
} from "./model/occupancy/run/run_report.ts";
export {
  type EvaluatedStep,
  readRun,
  readRunConfig,
  type Run,
  type RunConfig,
  type RunRow,
  type RunSummary,
  summarize,
} from "./model/occupancy/run/run_rows.ts";
export {
  forwardPasses,
  type RunOptions,
  type RunResult,
} from "./model/occupancy/arrays/run_options.ts";
export {
  type ModelFiles,
  readModelInputs,
  runModel,
  writeModelOutputs,
} from "./model/occupancy/arrays/run_model_file.ts";
export { type ModelInputs } from "./model/occupancy/arrays/run_options.ts";
export {
  type RunEnd,
  type TrainEvent,
  trainOccupancy,
  type TrainOptions,
} from "./model/occupancy/training/training.ts";
export {
  listOperators,
  type OperatorListing,
  runOperatorFile,
} from "./model/operators/run_file.ts";
export {
  type Visualization,
  visualizeOccupancy,
  type VisualizeOptions,
} from "./model/occupancy/view/visualize.ts";
export {
  filmScene,
  type SceneFilm,
  type SceneFilmOptions,
} from "./model/occupancy/view/scene_film.ts";
export { saveKeyFrame } from "./model/occupancy/view/saved_key_frame.ts";
export { GuiServer, type GuiServerOptions } from "./model/splat/gui/gui_server.ts";
export { writeReport } from "./model/run_report.ts";
export type { WrittenReport } from "./model/report/written_report.ts";
export type { Film, FilmOptions } from "./model/occupancy/view/film.ts";
export type { GaussianChoice } from "./model/occupancy/view/gaussian_choice.ts";
export type { Viewpoint } from "./model/occupancy/view/view_cameras.ts";
export type { ShownKeyFrame } from "./model/occupancy/view/visualize_page.ts";
export { heldOutSheet } from "./model/splat/measures/held_out_sheet.ts";
export { ColmapError } from "./model/splat/convert/colmap_program.ts";
export {
  type ConvertEvent,
  type ConvertOptions,
  convertScene,
  type GpuNames,
} from "./model/splat/convert/convert_scene.ts";
export type { VideoOptions } from "./model/splat/convert/video_frames.ts";
export type { PlacedPhotos } from "./model/splat/convert/placed_photos.ts";
export type { MemoryRoom } from "./model/splat/plan/training_plan.ts";
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
  type MetricName,
  type ModelMetrics,
} from "./model/splat/measures/measure_model.ts";
export { openView } from "./model/view/open_view.ts";
export { type KeptPart, keptParts } from "./model/view/kept_parts.ts";
export type {
  RunWord,
  Viewed,
  ViewedCamera,
  ViewedClass,
  ViewedItem,
  ViewedRun,
  ViewResource,
  ViewState,
} from "./model/view/viewed.ts";
export { MESH_ENDINGS } from "./data/meshes/write_mesh.ts";
export { meshFile, type MeshReport } from "./model/splat/mesh/mesh_splats.ts";
export { VOXEL_ENDINGS, voxelizeFile, type VoxelizeReport } from "./model/splat/voxels/voxelize.ts";
