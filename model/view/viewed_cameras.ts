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
