import { drawnColours, drawnLabels, type OccupancyTask } from "../../../data/occupancy/task.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import type { ViewedClass, ViewResource } from "../../view/viewed.ts";
import { classifiedGaussians } from "../view/classified_gaussians.ts";
import type { KeyFrameFile } from "../view/key_frame_file.ts";
import { errorMap } from "../view/occupancy_view.ts";

/** A key frame that a page shows, wherever its parts come from. */
export interface ShownKeyFrame {
  /** Labels as they are drawn. */
  readonly frame: Omit<KeyFrameFile, "pictures">;
  /** Names of the cameras of which there are pictures, in the order of a walk around the car. */
  readonly cameras: readonly string[];
  /** A camera's picture; null where there is none. */
  picture(camera: string): Promise<ViewResource | null> | ViewResource | null;
  /** Its Gaussians in the frame of splat files; null where there are none. */
  readonly splats: (() => Promise<Splats> | Splats) | null;
}

/** A part of a key frame: "about", "truth", "prediction", "error", "gaussians", or a camera's picture. */
export async function keyFramePart(
  { frame, cameras, picture, splats }: ShownKeyFrame,
  [part, ...rest]: readonly string[],
): Promise<ViewResource | null> {
  const { task, dims, range, truth, prediction } = frame;
  const binary = (body: Uint8Array) => ({ type: "application/octet-stream", body });
  if (part === "camera" && rest.length === 1) return await picture(rest[0]!);
  if (rest.length) return null;
  switch (part) {
    case "about": {
      const about = { dims, range, truth: truth !== null, gaussians: splats !== null, cameras };
      return {
        type: "application/json",
        body: new TextEncoder().encode(JSON.stringify(about)),
      };
    }
    case "prediction":
      return binary(drawnLabels(prediction, task));
    case "truth":
      return truth && binary(drawnLabels(truth, task));
    case "error":
      return truth && binary(Uint8Array.from(errorMap(truth, prediction, task)));
    case "gaussians": {
      if (!splats) return null;
      const rows = classifiedGaussians(await splats(), task);
      return binary(new Uint8Array(rows.buffer as ArrayBuffer));
    }
    default:
      return null;
  }
}

/** Names and colours by label; free space, which is not drawn, is there where labels follow it. */
export function legendOf(task: OccupancyTask): ViewedClass[] {
  return drawnColours(task).map((colour, label) => ({ name: task.classes[label]!, colour }));
}

/** Names of a task's cameras in the order of a walk around the car. */
export function camerasAround({ around, cameras }: OccupancyTask): string[] {
  return around.flat().map((camera) => cameras[camera]!);
}
