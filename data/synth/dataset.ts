import type { Split } from "../occupancy/dataset.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { Layout } from "./layouts/layout.ts";
import { LAYOUTS } from "./layouts/table.ts";
import { FRAME_SECONDS, momentOf } from "./moment.ts";
import { drawScene } from "./scene.ts";

/** What to write. */
export type SyntheticOptions = {
  /** Fixes every scene; the same seed and sizes give the same bytes. */
  seed: number;
  /** Scenes in all; the last `valScenes` of them are the validation set, but for the test set after it. */
  scenes: number;
  framesPerScene: number;
  /** Default: a quarter of the scenes, at least one. */
  valScenes?: number;
  /** Default none. */
  testScenes?: number;
  /** Width and height of the pictures in pixels, default 1600x900, of KITTI-360 1408x376. */
  imageSize?: [number, number];
  /**
   * Whose files: nuScenes' with SurroundOcc's labels (unless given) under surroundocc/, Occ3D's under gts/ or
   * OpenOcc's under openocc_v2/; SSCBench's of KITTI-360; or a folder of one's own: one camera, seven
   * classes, task.json.
   */
  layout?: "nuscenes" | "occ3d" | "openocc" | "kitti360" | "own";
  /** Write nuScenes' own tables too, with boxes and lidarseg, where it is nuScenes; default not. */
  tables?: boolean;
  /** JPEG quality, default 92. */
  quality?: number;
  /** Told after each key frame how many are written and how many there will be. */
  onProgress?: (done: number, total: number) => void;
};

/**
 * Writes seeded street scenes in the very layout of a known set: the car drives, cars and people move, and
 * key frames of a scene are a sequence. The world stands still while a key frame's sensors fire, but each
 * sensor of nuScenes' car has its own ego pose. An index comes last, so that an interrupted run leaves none
 * to files it lacks.
 */
export async function writeSyntheticDataset(
  dir: string,
  options: SyntheticOptions,
): Promise<{ imageSize: [number, number] }> {
  const { seed, scenes, framesPerScene, testScenes = 0, tables = false, onProgress } = options;
  const valScenes = options.valScenes ?? Math.max(1, Math.round((scenes - testScenes) / 4));
  const training = scenes - valScenes - testScenes;
  if (!(scenes >= 1 && framesPerScene >= 1 && valScenes >= 0 && testScenes >= 0 && training >= 0)) {
    throw new RangeError(
      `Cannot write a synthetic set: ${scenes} scenes (${valScenes} for validation, ${testScenes} for ` +
        `testing) of ${framesPerScene} frames, there must be at least one of each`,
    );
  }
  const layout: Layout = LAYOUTS[options.layout ?? "nuscenes"];
  refuseForeign(dir, layout);
  const imageSize = options.imageSize ?? layout.imageSize;
  const splits: Record<Split, KeyFrame[]> = { train: [], val: [], test: [] };
  for (let index = 0, done = 0; index < scenes; index++) {
    const [split, first] = index < training
      ? ["train", 0] as const
      : index < training + valScenes
      ? ["val", training] as const
      : ["test", training + valScenes] as const;
    const place = { split, scene: index - first, framesPerScene, tables };
    const scene = drawScene(seed, index, framesPerScene * FRAME_SECONDS);
    for (let frame = 0; frame < framesPerScene; frame++) {
      const moment = momentOf(scene, [index, frame], { ...options, imageSize });
      splits[split].push(await layout.writeFrame(dir, moment, place));
      onProgress?.(++done, scenes * framesPerScene);
    }
  }
  await layout.finish(dir, splits, { tables, imageSize });
  return { imageSize };
}

/** Throws where a folder holds key frames that were not made here: their index would be lost. */
function refuseForeign(dir: string, layout: Layout): void {
  const foreign = [layout, ...Object.values(LAYOUTS)].map((one) => one.foreign(dir))
    .find((name) => name !== undefined);
  if (foreign !== undefined) {
    throw new Error(
      `Cannot write a synthetic set into "${dir}": it holds "${foreign}", which is not one's, the folder must be new or hold an older one`,
    );
  }
}
