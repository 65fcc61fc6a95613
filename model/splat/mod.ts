/**
 * 3D Gaussian Splatting by parts: Gaussians that are trained, their pictures, strategies, measures, and
 * the training itself as a generator of events.
 *
 * @module
 */
export {
  type ExtraOptions,
  type ModelOptions,
  type OptimizationOptions,
  type PipelineOptions,
  type SceneSettings,
  SPLAT_DEFAULTS,
  type SplatConfig,
  splatConfig,
} from "./config.ts";
export { APPEARANCE_SUMMARIES, type AppearanceName } from "./appearance/table.ts";
export type { Appearance, Look, Pictured, SavedAppearance } from "./appearance/appearance.ts";
export type { SavedPose, SavedPoses } from "./poses/saved_poses.ts";
export { identityPpisp, type PpispParameters } from "./appearance/ppisp/ppisp_tables.ts";
export { type DrawOptions, drawPicture } from "./draw.ts";
export { Gaussians, type Group, GROUPS, type SplatColumns } from "./gaussians.ts";
export { type SceneShots, sceneShots } from "./scene/scene_shots.ts";
export { type Shot } from "./scene/shot.ts";
export type { StepResults } from "./training/train_step.ts";
export type {
  AfterBackward,
  Densified,
  Relocated,
  SavedStrategyState,
  Strategy,
  StrategyContext,
  StrategyEvent,
  StrategyKind,
  StrategySettings,
  StrategyState,
} from "./strategies/strategy.ts";
export { STRATEGY_SETTINGS, type StrategyName } from "./strategies/table.ts";
export type { GuiScene } from "./gui/gui_server.ts";
export {
  type LearnedOfViews,
  type SplatKeeper,
  type SplatStart,
  type SplatTraining,
  type SplatTrainOptions,
} from "./training/splat_training.ts";
export type { CurveRow, SplatEvaluation, SplatEvent, SplatTask } from "./training/train_events.ts";
export type { SplatCheckpoint, SplatState } from "./training/splat_checkpoint.ts";
export { type Situation, type SituationName, SITUATIONS } from "./situations.ts";
export { scaledStep, scaledSteps } from "./scaled_steps.ts";
export { trainSplat } from "./training/training.ts";
export { Lpips, type LpipsRange } from "./lpips/lpips.ts";
export type { LpipsFiles } from "./lpips/lpips_weights.ts";
export type { ViewMetrics } from "./measures/evaluation.ts";
export { comparePictures, type PictureMetrics, type Planes } from "./measures/picture_metrics.ts";
export type { SplatGrid, VoxelRange } from "./voxels/voxel_range.ts";
export { type MeshOptions, meshSplats, type SplatMesh } from "./mesh/mesh_splats.ts";
export type { Mesh } from "../../data/meshes/mesh.ts";
export type { Cleaned } from "../../data/meshes/mesh_parts.ts";
export { type SplatVoxels, type VoxelizeOptions, voxelizeSplats } from "./voxels/voxelize.ts";
export { type KeptCheckpoint, WatchedTraining } from "./watched/watched_training.ts";
export {
  emptyState,
  type Viewed,
  type ViewedCamera,
  type ViewedClass,
  type ViewedItem,
  type ViewResource,
  type ViewState,
} from "../view/viewed.ts";
