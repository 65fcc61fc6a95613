import { concatBytes } from "../formats/zip/zip_write.ts";
import { writeNpz } from "../formats/numpy/npz.ts";
import { GRID } from "../nuscenes/classes.ts";
import { indexLines } from "../own/index_writer.ts";
import { encodePng } from "../pictures/png/png.ts";
import { carAt, carInWorld, FRAME_SECONDS, frameOf, momentOf } from "./moment.ts";
import { intrinsicFor, renderPicture } from "./picture.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera } from "./rig.ts";
import { drawScene } from "./scene.ts";
import { labelVoxels } from "./voxels.ts";

/** Which made-up street, and how large its pictures are. */
export interface KeyFrameOptions {
  /** Of the set. */
  readonly seed: number;
  /** Of the street in the set, from 0. */
  readonly index: number;
  /** Width and height of the pictures, pixels. */
  readonly imageSize: readonly [number, number];
}

/** The first street that the demo shows, in pictures twice as large as its model's. */
export const STREET_DEFAULTS: KeyFrameOptions = { seed: 1, index: 24, imageSize: [384, 216] };

/**
 * A key frame of a made-up street as files by their paths: six pictures, their row in "val.jsonl", and the
 * street's voxels with SurroundOcc's labels. Its shutters open all at once.
 */
export function makeKeyFrame(options: Partial<KeyFrameOptions> = {}): Map<string, Uint8Array> {
  const { seed, index, imageSize: [width, height] } = { ...STREET_DEFAULTS, ...options };
  const size: [number, number] = [width, height];
  const set = { seed, scenes: index + 1, framesPerScene: 1, imageSize: size };
  // As long as a key frame of the demo's streets lasts, so that it is the same street.
  const moment = momentOf(drawScene(seed, index, FRAME_SECONDS), [index, 0], set);
  const { scene, solids, timestamp } = moment;
  const [car, egoToGlobal] = [carAt(moment), carInWorld(moment)];
  const files = new Map<string, Uint8Array>();
  const cameras = scene.rig.map((camera) => {
    const sensorToEgo = egoFromCamera(camera);
    const intrinsic = intrinsicFor(camera, size);
    const streetFromCamera = compose(car, sensorToEgo);
    const file = `pictures/${camera.name}.png`;
    const picture = renderPicture(scene, solids, { streetFromCamera, intrinsic, size });
    files.set(file, encodePng(picture));
    return { name: camera.name, file, timestamp, sensorToEgo, egoToGlobal, intrinsic };
  });
  const lidar = { file: "", sensorToEgo: EGO_FROM_LIDAR, egoToGlobal };
  const labels = "labels/street.npz";
  const data = labelVoxels(scene, solids, compose(car, EGO_FROM_LIDAR));
  const dense = { dtype: "uint8" as const, shape: [...GRID.dims], data };
  files.set(labels, writeNpz({ labels: dense }, { compress: true }));
  const frame = { ...frameOf(moment, { cameras, lidar }), token: "street", labels };
  files.set("val.jsonl", concatBytes(indexLines([frame])));
  return files;
}
