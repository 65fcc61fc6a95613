import { join } from "@std/path";
import { CLASS } from "../../../data/nuscenes/classes.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { type ViewCamera, viewCamera } from "../../../data/scenes/scene_view.ts";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { SH_C0 } from "../../../data/splats/activation.ts";
import { allocateSplats, type ShDegree, type Splats } from "../../../data/splats/splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { presets } from "../../../model/occupancy/gaussianformer/config/presets.ts";
import { writeKeyFrame } from "../../../model/occupancy/view/key_frame_file.ts";
import { noise } from "../../noise.ts";

/** A cloud of long and flat Gaussians of all colours around the origin, opaque ones among them. */
export function cloudSplats(count: number, degree: ShDegree = 3, seed = 1): Splats {
  const splats = allocateSplats(count, degree);
  splats.positions.set(noise(seed, 3 * count));
  splats.logScales.set(noise(seed + 1, 3 * count, Math.log(0.02), Math.log(0.25)));
  splats.quaternions.set(noise(seed + 2, 4 * count));
  splats.opacities.set(noise(seed + 3, count, -2, 5));
  splats.shDc.set(noise(seed + 4, 3 * count, -1.5, 1.5));
  splats.shRest.set(noise(seed + 5, splats.shRest.length, -0.25, 0.25));
  return splats;
}

/** A camera by its place, looking at the origin with a little roll, photos of 320 x 240. */
export interface Viewpoint {
  readonly name: string;
  readonly camera: ViewCamera;
  /** An entry of `cameras.json`. */
  readonly entry: Readonly<Record<string, unknown>>;
}

const [WIDTH, HEIGHT, FOCAL] = [320, 240, 300];

/** A viewpoint at `position`; `roll` in radians. */
export function viewpoint(name: string, position: readonly number[], roll = 0.2): Viewpoint {
  const forward = unit(position.map((value) => -value));
  const level = unit(cross(forward, [0, -1, 0]));
  const below = cross(forward, level);
  const turn = (a: readonly number[], b: readonly number[], angle: number) =>
    a.map((value, k) => value * Math.cos(angle) + b[k]! * Math.sin(angle));
  const right = turn(level, below, roll);
  const down = turn(below, level, -roll);
  const axes = [right, down, forward];
  const camera = viewCamera({
    fov: [2 * Math.atan(WIDTH / (2 * FOCAL)), 2 * Math.atan(HEIGHT / (2 * FOCAL))],
    rotation: axes.flat(),
    translation: axes.map((axis) => -dot(axis, position)),
  }, [WIDTH, HEIGHT]);
  const entry = {
    img_name: name,
    width: WIDTH,
    height: HEIGHT,
    fx: FOCAL,
    fy: FOCAL,
    position,
    rotation: [0, 1, 2].map((row) => axes.map((axis) => axis[row])),
  };
  return { name, camera, entry };
}

/** Writes a splat model's folder with one saved iteration. */
export async function writeModel(
  folder: string,
  splats: Splats,
  { iteration = 30, views = [] as readonly Viewpoint[] } = {},
): Promise<void> {
  const saved = join(folder, "point_cloud", `iteration_${iteration}`);
  await Deno.mkdir(saved, { recursive: true });
  await writeSplats(join(saved, "point_cloud.ply"), splats);
  const cameras = JSON.stringify(views.map(({ entry }, id) => ({ id, ...entry })));
  await Deno.writeTextFile(join(folder, "cameras.json"), cameras);
}

/** Writes a scene in the layout of nerfstudio: two viewpoints with photos of one colour, and no points. */
export async function writeScene(
  folder: string,
  views: readonly Viewpoint[] = [viewpoint("a", [0, 0, -4], 0), viewpoint("b", [3, 0, -4])],
  colour: readonly number[] = [200, 150, 100],
): Promise<void> {
  const data = new Uint8Array(WIDTH * HEIGHT * 3).map((_, i) => colour[i % 3]!);
  const picture = encodePng({ width: WIDTH, height: HEIGHT, data });
  const frames = [];
  for (const { name, entry } of views) {
    await Deno.writeFile(join(folder, `${name}.png`), picture);
    const { position, rotation } = entry as { position: number[]; rotation: number[][] };
    const pose = rotation.map((row, k) => [row[0], -row[1]!, -row[2]!, position[k]]);
    frames.push({ file_path: `${name}.png`, transform_matrix: [...pose, [0, 0, 0, 1]] });
  }
  const size = { w: WIDTH, h: HEIGHT, fl_x: FOCAL, fl_y: FOCAL, cx: 100, cy: HEIGHT / 2 };
  await Deno.writeTextFile(join(folder, "transforms.json"), JSON.stringify({ ...size, frames }));
}

/** Runs `work` in a folder that is gone afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [0, 1, 2].map((k) =>
    a[(k + 1) % 3]! * b[(k + 2) % 3]! - a[(k + 2) % 3]! * b[(k + 1) % 3]!
  );
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const DIMS = [20, 20, 4] as const;
const GRID_CONFIG = {
  task: presets.demo.task,
  image: { ...presets.demo.image, width: 8, height: 6, flip: false },
  occupancy: { ...presets.demo.occupancy, range: [-20, -20, -2, 20, 20, 6] as const, voxel: 2 },
};

/** A street with a car; a pedestrian of two voxels is in the truth only. */
export const STREET = (() => {
  const [nx, ny, nz] = DIMS;
  const at = (x: number, y: number, z: number) => (x * ny + y) * nz + z;
  const prediction = new Uint8Array(nx * ny * nz).fill(CLASS.empty);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      prediction[at(x, y, 0)] = x < 5 ? CLASS.vegetation : CLASS.driveable_surface;
    }
  }
  for (let x = 9; x < 12; x++) {
    for (let y = 6; y < 10; y++) prediction[at(x, y, 1)] = CLASS.car;
  }
  const truth = prediction.slice();
  for (const z of [1, 2]) truth[at(15, 5, z)] = CLASS.pedestrian;
  return { prediction, truth };
})();

/** Writes key frames `val_0` … as `visualize` does: a street, two Gaussians, small grey pictures. */
export async function writeKeyFrames(
  folder: string,
  count: number,
  { truth = true } = {},
): Promise<void> {
  const splats = allocateSplats(2, 0);
  [CLASS.bus, CLASS.truck].forEach((label, i) => {
    // x right, y down, z forward: three metres above the ground, either side of the middle.
    splats.positions.set([8 * i - 4, -3, 0], 3 * i);
    splats.logScales.fill(Math.log(1.5), 3 * i, 3 * i + 3);
    splats.quaternions[4 * i] = 1;
    splats.opacities[i] = 6;
    surroundOcc.palette[label]!.forEach((value, k) =>
      splats.shDc[3 * i + k] = (value / 255 - 0.5) / SH_C0
    );
  });
  for (let i = 0; i < count; i++) {
    await writeSplats(join(folder, `val_${i}_gaussian.ply`), splats);
    writeKeyFrame(join(folder, `val_${i}.npz`), GRID_CONFIG, {
      prediction: STREET.prediction,
      truth: truth ? STREET.truth : null,
      images: new Uint8Array(6 * 6 * 8 * 3).fill(100),
    });
  }
}

/** An npz as `splat voxelize --colors` writes it, of 2 x 2 x 3 voxels of which one is occupied. */
export function colouredVoxels(
  [x, y, z]: readonly [number, number, number],
  colour: readonly number[],
): Uint8Array<ArrayBuffer> {
  const shape = [2, 2, 3];
  const occupied = new Uint8Array(12);
  const colors = new Uint8Array(36);
  const at = (x * 2 + y) * 3 + z;
  occupied[at] = 1;
  colors.set(colour, 3 * at);
  const f32 = (...values: number[]) => ({
    dtype: "float32" as const,
    shape: [values.length],
    data: Float32Array.from(values),
  });
  return writeNpz({
    occupancy: { dtype: "float32", shape, data: Float32Array.from(occupied) },
    occupied: { dtype: "uint8", shape, data: occupied },
    colors: { dtype: "uint8", shape: [...shape, 3], data: colors },
    origin: f32(-1, -1, 0),
    voxel_size: f32(1),
    range: f32(-1, -1, 0, 1, 1, 3),
  }) as Uint8Array<ArrayBuffer>;
}
