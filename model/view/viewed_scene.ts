import { basename, resolve } from "@std/path";
import { readScene } from "../../data/scenes/read_scene.ts";
import { splatsAt } from "../../data/scenes/points/start_points.ts";
import type { Scene } from "../../data/scenes/scene.ts";
import { allocateSplats, type Splats } from "../../data/splats/splats.ts";
import { encodeSplats } from "../../data/splats/write_splats.ts";
import { PHOTO, photoOf, viewNamed } from "./scene_photos.ts";
import { viewedCamera } from "./viewed_cameras.ts";
import { emptyState, problemOf, type Viewed } from "./viewed.ts";

const POINTS = "points";

/** A posed scene before any training: its points, its cameras, its photos. */
export function viewScene(folder: string): Viewed {
  const scene = readScene(folder);
  const views = [...scene.train, ...scene.test];
  const cameras = views.map(viewedCamera);
  const { points } = scene;
  const label = points
    ? `${(points.positions.length / 3).toLocaleString("en")} points`
    : "no points, cameras only";
  return {
    state: () => ({
      ...emptyState("splats", basename(resolve(folder))),
      items: [{ id: POINTS, label, version: "", points: true }],
      cameras,
      photos: folder,
      figures: [
        ["cameras", String(cameras.length)],
        ["points", String(points ? points.positions.length / 3 : 0)],
      ],
      problem: problemOf(scene.lost),
    }),
    async resource([id, name, ...rest]) {
      if (rest.length) return null;
      if (id === POINTS && name === undefined) {
        return {
          type: "application/octet-stream",
          body: await encodeSplats(pointSplats(scene), "ply"),
        };
      }
      const view = id === PHOTO && name !== undefined ? viewNamed(views, name) : undefined;
      return view ? await photoOf(view) : null;
    },
    close() {},
  };
}

/** The points as Gaussians; without points one that is not seen where the cameras are, so that these are framed. */
function pointSplats({ points, train }: Scene): Splats {
  if (points) return splatsAt(points, 0);
  const splats = allocateSplats(train.length, 0);
  train.map(viewedCamera).forEach(({ position }, i) => splats.positions.set(position, 3 * i));
  splats.quaternions.fill(1);
  splats.opacities.fill(-20);
  splats.logScales.fill(-9);
  return splats;
}
