import { PictureStore } from "../../../data/scenes/picture_store.ts";
import { physicalCameras } from "../../../data/scenes/physical_cameras.ts";
import type { Scene } from "../../../data/scenes/scene.ts";
import { camerasExtent, type SceneView, viewCamera } from "../../../data/scenes/scene_view.ts";
import type { Shot } from "./shot.ts";

/** Bytes of decoded pictures and depths that are kept in memory. */
export const PICTURE_BUDGET = 2 ** 31;

/** The views of a scene as shots, and the radius of its training cameras. */
export interface SceneShots {
  /** Views that are trained on. */
  readonly train: readonly Shot[];
  /** Views that are held out. */
  readonly test: readonly Shot[];
  /** How far the cameras are spread, as in the reference. */
  readonly extent: number;
  /** Physical cameras that took them, and calibrated ones that these were. */
  readonly cameras: { readonly count: number; readonly calibrated: number };
}

/** Makes shots of the views of a scene; their pictures are read when they are asked for. */
export function sceneShots(
  scene: Scene,
  { resolution, budget = PICTURE_BUDGET }: {
    readonly resolution: number;
    readonly budget?: number;
  },
): SceneShots {
  const store = new PictureStore(budget, resolution);
  const { ofViews, ...cameras } = physicalCameras([...scene.train, ...scene.test]);
  const shot = (view: SceneView, device: number): Shot => {
    const size = store.sizeOf(view);
    const { depth } = view;
    return {
      name: view.name,
      device,
      test: view.test,
      camera: viewCamera(view, size),
      pixels: () => store.load(view),
      inverseDepth: depth?.reliable ? () => store.inverseDepth(depth, size) : undefined,
    };
  };
  return {
    train: scene.train.map((view, i) => shot(view, ofViews[i]!)),
    test: scene.test.map((view, i) => shot(view, ofViews[scene.train.length + i]!)),
    extent: camerasExtent(scene.train),
    cameras,
  };
}
