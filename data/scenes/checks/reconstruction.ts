import type { Scene } from "../scene.ts";
import { cameraCentre, camerasExtent, type SceneView } from "../scene_view.ts";

/** Points that are looked at, spread over all. */
const SAMPLED = 4000;
/** Share of the points that no camera sees from which something is wrong with the poses. */
const MOST_UNSEEN = 0.3;
/** Cameras of which each sees at least some share of what lies in front of all. */
const LEAST_SEEN = 0.001;
/** How much farther points may be from the cameras than these are from each other. */
const FARTHEST = 300;
const NEAREST = 0.003;
/** Photos without which a scene has no depth. */
const FEW = 8;

/** Something that speaks against a reconstruction, and what to do. */
export interface Doubt {
  readonly what: string;
  readonly hint: string;
}

/**
 * Looks for what is wrong with a reconstruction before hours go into it: few photos, points that no camera
 * sees, cameras that see none, points out of all proportion to the cameras, cameras in one place.
 */
export function doubtsOf({ train, test, points, kind }: Scene): Doubt[] {
  const views = [...train, ...test];
  const doubts: Doubt[] = [];
  const doubt = (what: string, hint: string) => doubts.push({ what, hint });
  if (views.length < FEW) {
    doubt(
      `only ${views.length} photo${views.length === 1 ? " has" : "s have"} a pose`,
      "thirty or more, each place in several of them, are usual",
    );
  }
  const extent = camerasExtent(views);
  if (views.length > 1 && !(extent > 0)) {
    doubt(
      "all cameras are in one place: nothing tells what is near from what is far",
      "walk around, do not turn on the spot",
    );
  }
  if (!points || points.positions.length === 0) return doubts;
  const cloud = sampled(points.positions);
  const seen = views.map((view) => cloud.map((point) => sees(view, point)));
  const unseen = cloud.filter((_, i) => !seen.some((one) => one[i])).length / cloud.length;
  if (unseen > MOST_UNSEEN) {
    const behind = cloud.filter((point) => views.every((view) => !inFront(view, point))).length;
    doubt(
      `${percent(unseen)} of the points are in no picture` +
        (behind ? `, ${percent(behind / cloud.length)} behind all cameras` : ""),
      kind === "colmap"
        ? "poses and points do not belong together: convert or reconstruct again"
        : "the axes of the poses may be another program's: cameras look along -z here, y points up",
    );
  }
  const blind = views.filter((_, i) => seen[i]!.filter(Boolean).length < LEAST_SEEN * cloud.length);
  if (blind.length && unseen <= MOST_UNSEEN) {
    doubt(
      `${blind.length} of ${views.length} cameras see no points, the first is "${blind[0]!.name}"`,
      "their photos may be placed wrongly: take them out, or more photos between them and the others",
    );
  }
  const distance = medianDistance(views, cloud);
  if (extent > 0 && (distance > FARTHEST * extent || distance < NEAREST * extent)) {
    doubt(
      `the points are ${
        (distance / extent).toPrecision(2)
      } times as far from the cameras as these are from their middle`,
      distance > extent
        ? "the photos hardly move: take them from more different places"
        : "points and poses have different scales: use those of one reconstruction",
    );
  }
  return doubts;
}

function sampled(positions: Float32Array): [number, number, number][] {
  const count = positions.length / 3;
  const step = Math.max(1, Math.floor(count / SAMPLED));
  const cloud: [number, number, number][] = [];
  for (let i = 0; i < count; i += step) {
    cloud.push([positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!]);
  }
  return cloud;
}

/** A point in the frame of a camera. */
function inCamera({ rotation, translation }: SceneView, point: readonly number[]): number[] {
  return [0, 1, 2].map((row) =>
    rotation[3 * row]! * point[0]! + rotation[3 * row + 1]! * point[1]! +
    rotation[3 * row + 2]! * point[2]! + translation[row]!
  );
}

function isPanorama({ lens }: SceneView): boolean {
  return lens?.distortion.kind === "equirectangular";
}

function inFront(view: SceneView, point: readonly number[]): boolean {
  return isPanorama(view) || inCamera(view, point)[2]! > 0;
}

/** Whether a point lies within the picture, or a little past its edges, as a lens may bend it. */
function sees(view: SceneView, point: readonly number[]): boolean {
  if (isPanorama(view)) return true;
  const [x, y, z] = inCamera(view, point) as [number, number, number];
  const fisheye = view.lens?.distortion.kind === "fisheye";
  if (fisheye && view.lens?.zoom === null) {
    return Math.atan2(Math.hypot(x, y), z) < 0.75 * Math.hypot(...view.fov);
  }
  const [across, down] = view.fov.map((angle) => 1.2 * Math.tan(angle / 2)) as [number, number];
  const aside = (k: 0 | 1) =>
    view.centre ? Math.abs(2 * view.centre[k] / view.calibration[k] - 1) : 0;
  return z > 0 && Math.abs(x) < (across + aside(0)) * z && Math.abs(y) < (down + aside(1)) * z;
}

function medianDistance(views: readonly SceneView[], cloud: readonly number[][]): number {
  const centres = views.map(cameraCentre);
  const middle = [0, 1, 2].map((k) =>
    centres.reduce((sum, centre) => sum + centre[k]! / centres.length, 0)
  );
  const distances = cloud.map((point) => Math.hypot(...point.map((v, k) => v - middle[k]!)));
  return distances.sort((a, b) => a - b)[distances.length >> 1]!;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
