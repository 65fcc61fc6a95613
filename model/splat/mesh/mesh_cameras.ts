import { join } from "@std/path";
import { isFile, isFolder } from "../../../data/files/path_kind.ts";
import { readJsonList } from "../../../data/formats/json/json_lines.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { cameraAt, lookAt } from "../../../gpu/ops/gaussian/rasterize/camera_pose.ts";
import type { Vector } from "../../../gpu/ops/view/vector3.ts";
import { CAMERA } from "../run_fields.ts";
import type { VoxelRange } from "../voxels/voxel_range.ts";

/** Pictures need not be finer than the voxels. */
const WIDEST = 960;
/** Views around something that no camera is known of. */
const AROUND = 64;
const SIDE = 640;
const FIELD_OF_VIEW = Math.PI / 4;
/** How much room is left beside what is looked at. */
const MARGIN = 1.15;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** The cameras of a model's folder; null where it has none, or is a file. */
export function trainedCameras(path: string): RasterCamera[] | null {
  const file = join(path, "cameras.json");
  if (!isFolder(path) || !isFile(file)) return null;
  const { value } = readJsonList(file, CAMERA);
  if (!value.length) return null;
  return value.map(({ width, height, fx, fy, position, rotation }) => {
    const shrink = Math.max(1, Math.max(width, height) / WIDEST);
    const axis = (k: number) => [0, 1, 2].map((row) => rotation[row]![k]!) as unknown as Vector;
    return cameraAt({
      position: position as unknown as Vector,
      right: axis(0),
      down: axis(1),
      forward: axis(2),
    }, {
      width: Math.max(1, Math.round(width / shrink)),
      height: Math.max(1, Math.round(height / shrink)),
      tangents: [width / (2 * fx), height / (2 * fy)],
    });
  });
}

/** Cameras spread evenly over a sphere around a box, looking at its middle. */
export function camerasAround(range: VoxelRange): RasterCamera[] {
  const target = [0, 1, 2].map((k) => (range[k]! + range[k + 3]!) / 2) as unknown as Vector;
  const half = Math.hypot(...[0, 1, 2].map((k) => range[k + 3]! - range[k]!)) / 2;
  const away = MARGIN * half / Math.sin(FIELD_OF_VIEW / 2);
  return Array.from({ length: AROUND }, (_, i) => {
    const y = 1 - 2 * (i + 0.5) / AROUND;
    const ring = Math.sqrt(1 - y * y);
    const turn = GOLDEN_ANGLE * i;
    const position = [
      target[0] + away * ring * Math.cos(turn),
      target[1] + away * y,
      target[2] + away * ring * Math.sin(turn),
    ] as const;
    return lookAt({ width: SIDE, height: SIDE, position, target, fieldOfView: FIELD_OF_VIEW });
  });
}
