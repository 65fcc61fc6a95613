import type { Pose } from "../occupancy/rigid.ts";
import { matrixFromPose } from "../occupancy/rigid.ts";
import { PhiloxStream } from "../philox.ts";
import { encodePng } from "../pictures/png/png.ts";
import { encodePointCloud } from "../scenes/points/point_cloud.ts";
import { type LevelPicture, renderPicture, SKY } from "./picture.ts";
import { egoFromCamera, type RigCamera } from "./rig.ts";
import type { Scene } from "./scene.ts";
import type { Solid } from "./solids.ts";
import { drawStreet } from "./street.ts";
import { OBJECTS, tree } from "./vehicles.ts";

/** How a capture is made. */
export interface CaptureOptions {
  /** Of the place and what stands there. */
  readonly seed: number;
  /** Photos around it. */
  readonly photos: number;
  /** Pixels of a photo. */
  readonly size: readonly [width: number, height: number];
}

/** Small enough to train in a minute where a processor plays GPU. */
export const CAPTURE_DEFAULTS: CaptureOptions = { seed: 1, photos: 40, size: [192, 128] };

// A ring of photos at three heights; metres.
const RADIUS = 6.5;
const HEIGHTS = [0.9, 1.5, 2.2];
/** Of a picture's width. */
const FOCAL = 0.8;
/** Pixels across and down between two points of the start. */
const POINT_STEP = 8;

/**
 * A capture of a car on a street as files of nerfstudio's layout (`transforms.json`, `images/`,
 * `points.ply`): photos on a ring, level, z up in metres. The same options give the same bytes.
 */
export function makeCapture(
  { seed, photos, size }: CaptureOptions = CAPTURE_DEFAULTS,
): Map<string, Uint8Array> {
  const random = new PhiloxStream(seed, 5);
  const scene = placeOf(random);
  const [width, height] = size;
  const focal = FOCAL * width;
  const intrinsic = [focal, 0, width / 2, 0, focal, height / 2, 0, 0, 1];
  const files = new Map<string, Uint8Array>();
  const frames: object[] = [];
  const points: number[] = [];
  const colours: number[] = [];
  for (let i = 0; i < photos; i++) {
    const streetFromCamera = poseOf(2 * Math.PI * i / photos, HEIGHTS[i % HEIGHTS.length]!);
    const picture = renderPicture(scene, scene.solids, {
      streetFromCamera,
      intrinsic,
      size: [...size],
    });
    const name = `images/${String(i).padStart(3, "0")}.png`;
    files.set(name, encodePng(picture));
    frames.push({ file_path: name, transform_matrix: openGlOf(streetFromCamera) });
    addPoints(picture, { streetFromCamera, intrinsic }, { points, colours });
  }
  const cloud = { positions: Float32Array.from(points), colours: Uint8Array.from(colours) };
  files.set("points.ply", encodePointCloud(cloud));
  const transforms = {
    camera_model: "OPENCV",
    ...{ w: width, h: height, fl_x: focal, fl_y: focal, cx: width / 2, cy: height / 2 },
    ply_file_path: "points.ply",
    frames,
  };
  files.set("transforms.json", new TextEncoder().encode(JSON.stringify(transforms, null, 1)));
  return files;
}

/** A car in the middle of a street, a truck and trees around it. */
function placeOf(random: PhiloxStream): Scene {
  const street = drawStreet(random);
  const solids: Solid[] = [
    ...OBJECTS.car({ x: 0, y: 0, yaw: 0.4, base: 0 }, random),
    ...OBJECTS.motorcycle({ x: -0.5, y: 2.2, yaw: 1.2, base: 0 }, random),
    ...OBJECTS.truck({ x: 3, y: -11, yaw: 0.1, base: 0 }, random),
    ...[[9, 9], [-10, 8], [-9, -9]].flatMap(([x, y]) => tree({ x: x!, y: y!, base: 0 }, random)),
  ];
  return {
    street,
    solids,
    rig: [],
    drive: { x: 0, y: 0, yaw: 0, speed: 0, turn: 0 },
    globalFromStreet: { rotation: [1, 0, 0, 0], translation: [0, 0, 0] },
    sun: [0.48, -0.36, 0.8],
    light: 1,
  };
}

/** A level camera on the ring that looks at its middle. */
function poseOf(angle: number, height: number): Pose {
  const position: RigCamera["position"] = [
    RADIUS * Math.cos(angle),
    RADIUS * Math.sin(angle),
    height,
  ];
  return egoFromCamera({
    name: "CAM_FRONT",
    focal: 0,
    center: [0, 0],
    position,
    yaw: angle + Math.PI,
    early: 0,
  });
}

/** world_from_camera as nerfstudio writes it: x right, y up, looking along -z. */
function openGlOf(pose: Pose): number[][] {
  const matrix = matrixFromPose(pose);
  return [0, 1, 2, 3].map((row) =>
    [0, 1, 2, 3].map((column) => {
      const value = matrix[4 * row + column]!;
      return column === 1 || column === 2 ? -value : value;
    })
  );
}

/** Points where rays through every few pixels meet something, as structure from motion finds them. */
function addPoints(
  { width, height, data, labels, distances }: LevelPicture,
  { streetFromCamera, intrinsic }: { streetFromCamera: Pose; intrinsic: readonly number[] },
  into: { points: number[]; colours: number[] },
): void {
  const matrix = matrixFromPose(streetFromCamera);
  const [fx, , cx, , fy, cy] = intrinsic as [number, number, number, number, number, number];
  for (let j = POINT_STEP / 2; j < height; j += POINT_STEP) {
    for (let i = POINT_STEP / 2; i < width; i += POINT_STEP) {
      const pixel = j * width + i;
      if (labels[pixel] === SKY) continue;
      const [x, y] = [(i + 0.5 - cx) / fx, (j + 0.5 - cy) / fy];
      const depth = distances[pixel]! / Math.hypot(x, 1);
      for (let k = 0; k < 3; k++) {
        const row = matrix.subarray(4 * k, 4 * k + 4);
        into.points.push(depth * (row[0]! * x + row[1]! * y + row[2]!) + row[3]!);
        into.colours.push(data[3 * pixel + k]!);
      }
    }
  }
}
