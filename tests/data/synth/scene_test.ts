import { assert, assertEquals } from "@std/assert";
import { CLASS, CLASS_NAMES, EMPTY, GRID } from "../../../data/nuscenes/classes.ts";
import { imageFromLidar, projectPoint } from "../../../data/occupancy/projection.ts";
import { intrinsicFor, renderPicture, SKY } from "../../../data/synth/picture.ts";
import { RayColumn } from "../../../data/synth/ray_column.ts";
import { compose, EGO_FROM_LIDAR, egoFromCamera, streetFromEgo } from "../../../data/synth/rig.ts";
import { drawScene } from "../../../data/synth/scene.ts";
import { contains } from "../../../data/synth/solids.ts";
import { castSweep } from "../../../data/synth/sweep.ts";
import { groundClass, KERB_HEIGHT } from "../../../data/synth/street.ts";
import { rowsFromDense } from "../../../data/nuscenes/surround_occ.ts";
import { labelVoxels } from "../../../data/synth/voxels.ts";

function look(index: number) {
  const scene = drawScene(11, index, 0);
  const ego = streetFromEgo(scene.drive, 0);
  return { scene, ego, streetFromLidar: compose(ego, EGO_FROM_LIDAR) };
}

Deno.test("a few scenes hold all seventeen classes, and noise", () => {
  const seen = new Set<number>();
  const roads: number[] = [];
  for (let index = 0; index < 3; index++) {
    const { scene, streetFromLidar } = look(index);
    const dense = labelVoxels(scene, scene.solids, streetFromLidar);
    dense.forEach((label) => seen.add(label));
    roads.push(dense.filter((label) => label === CLASS.driveable_surface).length);
  }
  assertEquals([...seen].sort((a, b) => a - b), CLASS_NAMES.map((_, label) => label));
  assertEquals(new Set(roads).size, 3, "the layouts differ");
});

Deno.test("rows list every voxel that is not empty", () => {
  const { scene, streetFromLidar } = look(0);
  const dense = labelVoxels(scene, scene.solids, streetFromLidar);
  const rows = rowsFromDense(dense);
  const back = new Uint8Array(dense.length).fill(EMPTY);
  for (let i = 0; i < rows.length; i += 4) {
    const [x, y, z, label] = Array.from(rows.subarray(i, i + 4), Number);
    back[(x! * 200 + y!) * 16 + z!] = label!;
  }
  assertEquals(back, dense);
});

Deno.test("the lidar hits what the labels say", () => {
  for (let index = 0; index < 3; index++) {
    const { scene, streetFromLidar } = look(index);
    const dense = labelVoxels(scene, scene.solids, streetFromLidar);
    const { points, labels } = castSweep(scene, scene.solids, streetFromLidar);
    assert(labels.length > 20000);
    let inGrid = 0, same = 0, filled = 0;
    labels.forEach((label, i) => {
      // A point lies on a surface, so on the border of its voxel: look a little farther along the ray.
      const at = [0, 1, 2].map((axis) => points[5 * i + axis]!);
      const reach = 1 + 0.12 / Math.hypot(...at);
      const voxel = at.map((value, axis) =>
        Math.floor((value * reach - GRID.min[axis]!) / GRID.voxel)
      );
      if (voxel.some((v, axis) => v < 0 || v >= GRID.dims[axis]!)) return;
      inGrid++;
      const found = dense[(voxel[0]! * 200 + voxel[1]!) * 16 + voxel[2]!];
      if (found === label) same++;
      if (found !== EMPTY) filled++;
    });
    // Surfaces cut voxels whose middle lies on the other side; ground voxels share a border each.
    assert(same / inGrid > 0.85, `scene ${index}: ${same / inGrid} of the points agree`);
    assert(
      filled / inGrid > 0.93,
      `scene ${index}: ${filled / inGrid} of the points are in voxels`,
    );
  }
});

Deno.test("lidar points land on pixels of their own class", () => {
  const { scene, ego, streetFromLidar } = look(1);
  const { points, labels } = castSweep(scene, scene.solids, streetFromLidar);
  const size: [number, number] = [320, 180];
  for (const camera of scene.rig) {
    const intrinsic = intrinsicFor(camera, size);
    const picture = renderPicture(scene, scene.solids, {
      streetFromCamera: compose(ego, egoFromCamera(camera)),
      intrinsic,
      size,
    });
    assert(new Set(picture.data).size > 60, "the picture has many shades");
    const matrix = imageFromLidar({
      name: camera.name,
      file: "",
      timestamp: 0,
      sensorToEgo: egoFromCamera(camera),
      egoToGlobal: compose(scene.globalFromStreet, ego),
      intrinsic,
    }, {
      file: "",
      sensorToEgo: EGO_FROM_LIDAR,
      egoToGlobal: compose(scene.globalFromStreet, ego),
    });
    let inside = 0, same = 0;
    labels.forEach((label, i) => {
      const { u, v, depth } = projectPoint(matrix, [
        points[5 * i]!,
        points[5 * i + 1]!,
        points[5 * i + 2]!,
      ]);
      if (depth < 0.5 || u < 0 || v < 0 || u >= size[0] || v >= size[1]) return;
      inside++;
      if (picture.labels[Math.floor(v) * size[0] + Math.floor(u)] === label) same++;
    });
    // The lidar stands higher than the cameras and sees past some edges.
    assert(inside > 1500, `${camera.name}: ${inside} points`);
    assert(same / inside > 0.9, `${camera.name}: ${same / inside} of ${inside} agree`);
  }
});

Deno.test("rays agree with marching through the solids step by step", () => {
  const { scene, ego } = look(2);
  const column = new RayColumn(scene.street, scene.solids);
  const [ox, oy] = ego.translation;
  const origin = [ox, oy, 1.6] as const;
  const labelAt = (x: number, y: number, z: number) => {
    const ground = groundClass(scene.street, x, y);
    const inside = scene.solids.find((solid) => contains(solid, [x, y, z]));
    if (inside) return inside.label;
    return z < (ground === CLASS.driveable_surface ? 0 : KERB_HEIGHT) ? ground : SKY;
  };
  let checked = 0;
  for (let a = 0; a < 45; a++) {
    const angle = 2 * Math.PI * a / 45 + 0.01;
    const direction = [Math.cos(angle), Math.sin(angle)] as const;
    column.aim(origin, direction);
    for (const slope of [-0.5, -0.2, -0.08, -0.03, 0.02, 0.15, 0.4]) {
      const { distance, label } = column.cast(slope);
      let marched = Infinity;
      for (let t = 0.5; t < 60; t += 0.03) {
        if (labelAt(ox + t * direction[0], oy + t * direction[1], 1.6 + t * slope) !== SKY) {
          marched = t;
          break;
        }
      }
      if (marched === Infinity) {
        assert(distance > 59.9, `ray ${a}, ${slope}: hit at ${distance}, nothing found on the way`);
        continue;
      }
      checked++;
      // A grazing ray may pass a corner between two steps; kerbs are met half-way through by design.
      assert(
        distance < marched + 0.6,
        `ray ${a}, ${slope}: hit at ${distance}, marched ${marched}`,
      );
      assert(
        distance > marched - 0.6,
        `ray ${a}, ${slope}: hit ${label} at ${distance}, marched ${marched}`,
      );
    }
  }
  assert(checked > 150, `${checked} rays hit something`);
});
