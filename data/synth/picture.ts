import type { Pose } from "../occupancy/rigid.ts";
import { matrixFromPose } from "../occupancy/rigid.ts";
import type { RgbPicture } from "../pictures/picture.ts";
import { paint, type Rgb } from "./paint.ts";
import { HORIZON, RayColumn } from "./ray_column.ts";
import type { RigCamera } from "./rig.ts";
import type { Scene } from "./scene.ts";
import type { Solid } from "./solids.ts";

/** A rendered picture and the class behind each pixel (255 is sky). */
export interface SynthPicture extends RgbPicture {
  /** [height, width] */
  readonly labels: Uint8Array;
}

/** What a level camera sees, and how far away it is. */
export interface LevelPicture extends SynthPicture {
  /** [height, width]: metres over the ground to what is seen, infinite for the sky. */
  readonly distances: Float32Array;
}

/** The label of a pixel that shows the sky. */
export const SKY = 255;

/** 3x3 intrinsic matrix, row by row, of a rig camera for pictures of another size than 1600x900. */
export function intrinsicFor({ focal, center }: RigCamera, [width, height]: [number, number]) {
  const sx = width / 1600, sy = height / 900;
  return [focal * sx, 0, center[0] * sx, 0, focal * sy, center[1] * sy, 0, 0, 1];
}

/** What a level camera at `streetFromCamera` sees of the scene, one ray through each pixel's middle. */
export function renderPicture(
  scene: Scene,
  solids: readonly Solid[],
  { streetFromCamera, intrinsic, size: [width, height] }: {
    streetFromCamera: Pose;
    intrinsic: readonly number[];
    size: [number, number];
  },
): LevelPicture {
  const [fx, , cx, , fy, cy] = intrinsic as [number, number, number, number, number, number];
  const axes = matrixFromPose(streetFromCamera);
  // Columns of the rotation: right and ahead, both horizontal.
  const right = [axes[0]!, axes[4]!] as const, ahead = [axes[2]!, axes[6]!] as const;
  const origin = streetFromCamera.translation;
  const data = new Uint8Array(width * height * 3);
  const labels = new Uint8Array(width * height);
  const distances = new Float32Array(width * height);
  const column = new RayColumn(scene.street, solids);
  const { hit } = column;
  const { sun, light } = scene;
  const color: Rgb = [0, 0, 0];
  const at: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < width; i++) {
    const sideways = (i + 0.5 - cx) / fx;
    const length = Math.hypot(sideways, 1);
    const dx = (ahead[0] + sideways * right[0]) / length;
    const dy = (ahead[1] + sideways * right[1]) / length;
    column.aim(origin, [dx, dy]);
    for (let j = 0; j < height; j++) {
      const slope = -(j + 0.5 - cy) / fy / length;
      column.cast(slope);
      const { distance } = hit;
      const pixel = j * width + i;
      distances[pixel] = distance;
      const sky = Math.min(1, Math.abs(slope) * 2);
      if (distance === Infinity) {
        labels[pixel] = SKY;
        color[0] = 225 - 95 * sky;
        color[1] = 232 - 60 * sky;
        color[2] = 240 - 12 * sky;
      } else {
        labels[pixel] = hit.label;
        at[0] = origin[0] + distance * dx;
        at[1] = origin[1] + distance * dy;
        at[2] = origin[2] + distance * slope;
        paint(hit, scene.street, at, color);
        const { normal } = hit;
        const facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2];
        const shade = light * (0.62 + 0.42 * Math.max(0, facing));
        const haze = Math.min(0.75, distance / (1.6 * HORIZON));
        color[0] = color[0] * shade * (1 - haze) + 225 * haze;
        color[1] = color[1] * shade * (1 - haze) + 232 * haze;
        color[2] = color[2] * shade * (1 - haze) + 240 * haze;
      }
      data[3 * pixel] = Math.min(255, color[0]);
      data[3 * pixel + 1] = Math.min(255, color[1]);
      data[3 * pixel + 2] = Math.min(255, color[2]);
    }
  }
  return { width, height, channels: 3, data, labels, distances };
}
