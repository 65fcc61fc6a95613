/**
 * Bytes and files into arrays of the host, and back: tensors, pictures, splats, scenes, key frames. It
 * needs no GPU; files are read by what they hold, and an error names file and place.
 *
 * @module
 */
export { blobDoor } from "./files/blob_door.ts";
export {
  type FileDoor,
  type FolderEntry,
  NotFound,
  openDoor,
  type PathState,
} from "./files/door.ts";
export type { DType as FileDType, TypedArray } from "./formats/dtype.ts";
export { type FileWatcher, watchFiles } from "./files/file_watch.ts";
export { writeAtomically, writeAtomicallyFrom } from "./files/atomic_file.ts";
export { encodeGlb, type GlbMesh } from "./formats/glb.ts";
export type { AnyArray, NdArray, ObjectArray, StructArray, TextArray } from "./formats/nd_array.ts";
export { type NdarrayView, toNdarray } from "./formats/ndarray_view.ts";
export { readNpy, writeNpy } from "./formats/numpy/npy.ts";
export { type Npz, readNpz, writeNpz } from "./formats/numpy/npz.ts";
export type { ByteSource } from "./formats/byte_source.ts";
export type { ZipArchive, ZipEntry, ZipOptions } from "./formats/zip/zip.ts";
export {
  type Complex,
  Dict,
  isDict,
  isOpaque,
  OpaqueObject,
  type PickledDate,
  type PickledDuration,
  type PickledTime,
  type PickledTimezone,
  type PickleOptions,
  readPickle,
} from "./formats/pickle.ts";
export type { Rebuild, RebuildContext, RebuildTable } from "./formats/pickle/values.ts";
export { readPly, writePly } from "./formats/ply.ts";
export type { PlyFormat } from "./formats/ply/header.ts";
export type { Ply, PlyElement, PlyList, PlyNumbers, PlyType } from "./formats/ply/types.ts";
export {
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "./formats/safetensors.ts";
export { TorchTensor } from "./formats/torch/tensor.ts";
export { readTorchCheckpoint, stateDict } from "./formats/torch_checkpoint.ts";
export type { BytePicture, Picture, RgbaPicture, RgbPicture } from "./pictures/picture.ts";
export { readPicture } from "./pictures/read_picture.ts";
export { decodeJpeg, type DecodeJpegOptions, encodeJpeg } from "./pictures/jpeg/jpeg.ts";
export { decodePng, encodePng, type PngOptions } from "./pictures/png/png.ts";
export type { ResizeFilter } from "./pictures/resample.ts";
export { resizePicture } from "./pictures/resize_picture.ts";

export { SPLAT_FORMATS, type SplatFormat } from "./splats/formats.ts";
export {
  type ReadSplatsOptions,
  type Remark,
  type WriteSplatsOptions,
} from "./splats/splat_format.ts";
export type { SplatReader } from "./splats/splat_stream.ts";
export {
  type OpenSplatFile,
  readSplats,
  readSplatSource,
  type SplatFile,
} from "./splats/read_splats.ts";
export { allocateSplats, type ShDegree, type Splats, withDegree } from "./splats/splats.ts";
export type { ArrivingSplats } from "./splats/splat_stream.ts";
export { type SplatStatistics, type Spread, statisticsOf } from "./splats/statistics.ts";
export { SPLAT_ACTIONS, type SplatActionName } from "./splats/actions.ts";
export type { SplatAction, SplatActionDefinition } from "./splats/actions/action.ts";
export { type Box, cropToBox } from "./splats/actions/select/filter_box.ts";
export { mergeDown } from "./splats/actions/simplify/decimate.ts";
export { keepImportant } from "./splats/actions/simplify/max_count.ts";
export type { GltfEncoding } from "./splats/splat_format.ts";
export { COLOR_SPACES, type GltfColors } from "./splats/gltf/gltf_attributes.ts";
export { SPZ_FRAMES, type SpzFrame } from "./splats/spz/spz_frame.ts";
export type { SpzVersion } from "./splats/spz/spz_layout.ts";
export { dropUnusable, unusableText } from "./splats/usable.ts";
export {
  type NamedAction,
  type SplatFileSize,
  type TransformOptions,
  type TransformReport,
  transformSplats,
} from "./splats/transform_splats.ts";
export { encodeSplats, splatFormatOf, writeSplats } from "./splats/write_splats.ts";

export type {
  ColmapImage,
  ColmapPoints,
  ColmapReconstruction,
} from "./formats/colmap/reconstruction.ts";
export type { ColmapCamera } from "./formats/colmap/models.ts";
export { type ColmapOptions, readColmap } from "./formats/colmap.ts";
export { CAPTURE_DEFAULTS, type CaptureOptions, makeCapture } from "./synth/capture.ts";
export { type KeyFrameOptions, makeKeyFrame, STREET_DEFAULTS } from "./synth/key_frame.ts";
export { readScene } from "./scenes/read_scene.ts";
export type { PointCloud, Scene, SceneOptions } from "./scenes/scene.ts";
export {
  cameraCentre,
  camerasExtent,
  type DepthPrior,
  type Distortion,
  type Lens,
  type Mask,
  type PictureLens,
  type SceneView,
  type ViewCamera,
  viewCamera,
} from "./scenes/scene_view.ts";
export { encodePointCloud, readPointCloud } from "./scenes/points/point_cloud.ts";
export { PointTree } from "./scenes/points/nearest_neighbours.ts";
export { splatsAt, startPoints } from "./scenes/points/start_points.ts";

export type { ViewPicture } from "./scenes/picture_store.ts";
export { type Dataset, type Split, SPLITS } from "./occupancy/dataset.ts";
export { readKeyFrames, taskIn, taskOfFolder } from "./datasets.ts";
export { type LoaderOptions, type Position, SampleLoader } from "./batches.ts";
export { kitti360 } from "./kitti360/task.ts";
export { surroundOcc } from "./nuscenes/task.ts";
export { occ3d } from "./occ3d/task.ts";
export { openOcc } from "./openocc/task.ts";
export { readSurroundOcc } from "./nuscenes/surround_occ.ts";
export { readTask } from "./own/task_file.ts";
export { readOcc3d } from "./occ3d/labels.ts";
export { type Fault, faultText } from "./occupancy/fault.ts";
export { mapLabels, type MappedLabels } from "./occupancy/mapped_labels.ts";
export { drawsOf, type MixedSet } from "./mix_order.ts";
export type { Occupancy } from "./occupancy/coarsen.ts";
export {
  type GeometryRange,
  type ImageGeometry,
  referenceGeometry,
} from "./occupancy/image_geometry.ts";
export type { AnnotatedThing, Camera, KeyFrame, Lidar } from "./occupancy/key_frame.ts";
export { imageFromLidar, projectPoint } from "./occupancy/projection.ts";
export { type Matrix4, matrixFromPose, type Pose } from "./occupancy/rigid.ts";
export {
  type DataRoots,
  type Draw,
  loadSample,
  type Pipeline,
  rootsIn,
  type Sample,
} from "./occupancy/sample.ts";
export {
  type Colour,
  countedClasses,
  type LabelGrid,
  type MetricRule,
  type OccupancyTask,
} from "./occupancy/task.ts";
export { type LabelledVoxels, voxelMeshes } from "./occupancy/voxel_mesh.ts";
