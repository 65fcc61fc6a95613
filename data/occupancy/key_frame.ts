import type { Pose } from "./rigid.ts";

/** The six cameras in the order in which the network takes them. */
export const CAMERA_NAMES = [
  "CAM_FRONT",
  "CAM_FRONT_RIGHT",
  "CAM_FRONT_LEFT",
  "CAM_BACK",
  "CAM_BACK_LEFT",
  "CAM_BACK_RIGHT",
] as const;

/** One camera of a key frame; files are relative to the nuScenes folder. */
export type Camera = {
  name: (typeof CAMERA_NAMES)[number];
  file: string;
  /** Microseconds. */
  timestamp: number;
  sensorToEgo: Pose;
  /** The car's pose when this camera's shutter opened. */
  egoToGlobal: Pose;
  /** 3x3, row by row, pixels. */
  intrinsic: readonly number[];
};

/** The lidar of a key frame. */
export type Lidar = {
  file: string;
  sensorToEgo: Pose;
  /** The car's pose at the lidar's time, which is the key frame's. */
  egoToGlobal: Pose;
};

/** One annotated moment: six pictures, one lidar sweep, and where each sensor was. */
export type KeyFrame = {
  token: string;
  sceneToken: string;
  /** Place within its scene, from 0. */
  index: number;
  /** Microseconds. */
  timestamp: number;
  /** In the order of CAMERA_NAMES. */
  cameras: Camera[];
  lidar: Lidar;
};
