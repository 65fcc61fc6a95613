import { focalOf } from "./field_of_view.ts";
import type { SceneView } from "./scene_view.ts";

/** Focal lengths of one camera may differ by so much of them where each picture was calibrated by itself. */
const SAME_FOCAL = 0.02;

/** Which physical camera took each view. */
export interface PhysicalCameras {
  /** From 0, in the order of the views. */
  readonly ofViews: readonly number[];
  /** How many there are. */
  readonly count: number;
  /** How many calibrated cameras they were. */
  readonly calibrated: number;
}

/**
 * Finds the physical cameras behind calibrated ones: those of equal size, kind of lens and nearly equal focal
 * length are one. Reconstructions often have a camera for each picture.
 */
export function physicalCameras(views: readonly SceneView[]): PhysicalCameras {
  const found: { readonly kind: string; readonly focal: number }[] = [];
  const calibrated = new Set<number | string>();
  const ofViews = views.map((view) => {
    const { calibration, fov, lens, camera } = view;
    const focal = lens?.focal[0] ?? focalOf(fov[0], calibration[0]);
    const kind = [...calibration, lens?.distortion.kind ?? "pinhole"].join();
    calibrated.add(camera ?? `${kind},${focal}`);
    const same = found.findIndex((one) =>
      one.kind === kind && Math.abs(one.focal - focal) <= SAME_FOCAL * one.focal
    );
    return same >= 0 ? same : found.push({ kind, focal }) - 1;
  });
  return { ofViews, count: found.length, calibrated: calibrated.size };
}
