import type { Pose } from "./rigid.ts";

/** One camera of a key frame; files are relative to the nuScenes folder. */
export type Camera = {
  /** As the task names it. */
  name: string;
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
  /** File of the points' classes, where the index names one. */
  classes?: string;
};

/** An annotated thing. */
export type AnnotatedThing = {
  /** Name of its class. */
  class: string;
  /** Which one it is, the same at all times of a sequence, where that is known. */
  instance?: string;
  /** Lidar points of the key frame inside of it, where they are counted. */
  points?: number;
  /** Length, width and height, metres. */
  size: readonly [number, number, number];
  /** The car's frame from the box's: x along the length, z up, origin in the middle. */
  boxToEgo: Pose;
};

/** One annotated moment: pictures, one lidar sweep, and where each sensor was. */
export type KeyFrame = {
  token: string;
  sceneToken: string;
  /** Place within its scene, from 0. */
  index: number;
  /** Microseconds. */
  timestamp: number;
  /** In the order of the task. */
  cameras: Camera[];
  lidar: Lidar;
  /** File of its labels, where the index names one. */
  labels?: string;
  /** What is annotated, where the index tells it. */
  boxes?: readonly AnnotatedThing[];
};
