import type { Camera, KeyFrame } from "../occupancy/key_frame.ts";
import type { Pose } from "../occupancy/rigid.ts";
import { PhiloxStream } from "../philox.ts";
import type { SyntheticOptions } from "./dataset.ts";
import { compose, streetFromEgo } from "./rig.ts";
import type { Scene } from "./scene.ts";
import { moved, type Solid } from "./solids.ts";

/** Between two key frames: nuScenes annotates two a second, SSCBench keeps every fifth of ten. */
export const FRAME_SECONDS = 0.5;

/** How the names of files made here begin. */
export const MADE_HERE = "n000-seed";

const START = 1_533_151_603_000_000; // microseconds; any time will do

/** A street at the time of a key frame. */
export interface Moment {
  readonly scene: Scene;
  /** Place of the scene in the set, of the key frame in the scene, from 0. */
  readonly index: number;
  readonly frame: number;
  /** Since the scene began. */
  readonly seconds: number;
  /** Microseconds. */
  readonly timestamp: number;
  /** Where everything is then. */
  readonly solids: readonly Solid[];
  /** Begin of the names of its files. */
  readonly prefix: string;
  readonly token: string;
  readonly sceneToken: string;
  readonly imageSize: [number, number];
  readonly quality: number;
}

/** A key frame's moment of a scene. */
export function momentOf(
  scene: Scene,
  [index, frame]: readonly [number, number],
  { seed, imageSize = [1600, 900], quality = 92 }: SyntheticOptions,
): Moment {
  const seconds = frame * FRAME_SECONDS;
  return {
    scene,
    index,
    frame,
    seconds,
    timestamp: START + index * 100_000_000 + Math.round(seconds * 1e6),
    solids: scene.solids.map((solid) => moved(solid, seconds)),
    prefix: `${MADE_HERE}${seed}`,
    token: hexToken(seed, index, frame + 1),
    sceneToken: hexToken(seed, index, 0),
    imageSize,
    quality,
  };
}

/** Where the car is `early` seconds before a moment, in the street. */
export function carAt({ scene, seconds }: Moment, early = 0): Pose {
  return streetFromEgo(scene.drive, seconds - early);
}

/** The same in the world. */
export function carInWorld(moment: Moment, early = 0): Pose {
  return compose(moment.scene.globalFromStreet, carAt(moment, early));
}

/** What an index says of a key frame beside its sensors. */
export function frameOf(
  { token, sceneToken, frame, timestamp }: Moment,
  sensors: { readonly cameras: Camera[]; readonly lidar: KeyFrame["lidar"] },
): KeyFrame {
  return { token, sceneToken, index: frame, timestamp, ...sensors };
}

/** 32 hexadecimal digits, like nuScenes' tokens. */
export function hexToken(seed: number, scene: number, entry: number): string {
  const random = new PhiloxStream(seed, 2, scene, entry);
  return Array.from({ length: 4 }, () => random.word().toString(16).padStart(8, "0")).join("");
}
