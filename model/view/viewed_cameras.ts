import { focalOf } from "../../data/scenes/field_of_view.ts";
import { cameraCentre, type SceneView } from "../../data/scenes/scene_view.ts";
import { type JsonContent, readJsonList } from "../../data/formats/json/json_lines.ts";
import { CAMERA } from "../splat/run_fields.ts";
import type { ViewedCamera } from "./viewed.ts";

/** Cameras of a model's `cameras.json`; entries that are none are left out and named. */
export function readViewedCameras(path: string): JsonContent<readonly ViewedCamera[]> {
  const { value, leftOut } = readJsonList(path, CAMERA);
  const cameras = value.map(({ img_name, width, height, fx, fy, position, rotation }, i) => ({
    name: String(img_name ?? i),
    width,
    height,
    fx,
    fy,
    position,
    rotation,
  }));
  return { value: cameras, leftOut };
}

/** The camera of a scene's view, with the calibration's size. */
export function viewedCamera(view: SceneView): ViewedCamera {
  const { name, calibration: [width, height], fov, rotation, centre } = view;
  return {
    name,
    width,
    height,
    fx: focalOf(fov[0], width),
    fy: focalOf(fov[1], height),
    ...centre && { cx: centre[0], cy: centre[1] },
    position: cameraCentre(view),
    rotation: [0, 1, 2].map((row) => [0, 1, 2].map((column) => rotation[3 * column + row]!)),
  };
}
