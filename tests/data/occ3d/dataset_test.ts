import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { SampleLoader } from "../../../data/batches.ts";
import { readNpz } from "../../../data/formats/numpy/npz.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { labelFile } from "../../../data/occ3d/dataset.ts";
import { occ3d } from "../../../data/occ3d/task.ts";
import { referenceGeometry } from "../../../data/occupancy/image_geometry.ts";
import { projectPoint } from "../../../data/occupancy/projection.ts";
import { matrixFromPose } from "../../../data/occupancy/rigid.ts";
import { rootsIn } from "../../../data/occupancy/sample.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const scenes = { seed: 5, scenes: 2, framesPerScene: 1 };
const imageSize: [number, number] = [64, 36];
const [ego, lidar] = [join(dir, "occ3d"), join(dir, "surroundocc")];
await writeSyntheticDataset(ego, { ...scenes, imageSize, layout: "occ3d" });
await writeSyntheticDataset(lidar, { ...scenes, imageSize });

const open = (dataDir: string, task = occ3d, coarsen?: [number, number, number]) =>
  SampleLoader.open({
    ...{ dataDir, split: "val", workers: 0 },
    pipeline: {
      ...{ task, geometry: referenceGeometry([64, 32]), photometric: false },
      ...(coarsen ? { coarsen } : {}),
    },
  });

Deno.test("Occ3D's labels and projections are those of the same street in the lidar's frame", async () => {
  using inEgo = await open(ego);
  using inLidar = await open(lidar, surroundOcc);
  const [a, b] = [await inEgo.next(), await inLidar.next()];
  assertEquals([a.token, a.dims, a.labels.length], [b.token, [200, 200, 16], 640_000]);
  assertEquals([a.task.name, b.task.name], ["Occ3D", "SurroundOcc"]);
  const egoFromLidar = matrixFromPose(inEgo.frames[0]!.lidar.sensorToEgo);
  let [same, filled, pixels] = [0, 0, 0];
  for (let i = 0; i < 200; i += 3) {
    for (let j = 0; j < 200; j += 3) {
      for (let k = 0; k < 16; k++) {
        const label = b.labels[(i * 200 + j) * 16 + k]!;
        const at = [i, j, k].map((index, axis) => 0.5 * (index + 0.5) + [-50, -50, -5][axis]!) as [
          ...[number, number, number],
        ];
        const moved = [0, 1, 2].map((axis) =>
          egoFromLidar[4 * axis]! * at[0] + egoFromLidar[4 * axis + 1]! * at[1] +
          egoFromLidar[4 * axis + 2]! * at[2] + egoFromLidar[4 * axis + 3]!
        ) as [number, number, number];
        const [x, y, z] = moved.map((value, axis) =>
          Math.floor((value - [-40, -40, -1][axis]!) / 0.4)
        );
        if ([x, y, z].some((index, axis) => index! < 0 || index! >= [200, 200, 16][axis]!)) {
          continue;
        }
        if (label === 17) continue;
        filled++;
        // The middle of one voxel may lie in the neighbour of the other grid's.
        const near = [-1, 0, 1].some((dz) => a.labels[(x! * 200 + y!) * 16 + z! + dz] === label);
        same += Number(near);
        const [p, q] = [projectPoint(a.projection, moved), projectPoint(b.projection, at)];
        if (q.depth > 1 && q.depth < 40) {
          pixels++;
          assert(Math.hypot(p.u - q.u, p.v - q.v) < 0.01 && Math.abs(p.depth - q.depth) < 1e-3);
        }
      }
    }
  }
  assert(filled > 500 && pixels > 50, `${filled} voxels, ${pixels} pixels`);
  assert(same / filled > 0.9, `${same} of ${filled} have their label`);
});

Deno.test("what cameras see counts, which is some of everything, and made coarser too", async () => {
  using fine = await open(ego);
  const { mask, labels, token } = await fine.next();
  const file = labelFile(fine.frames[0]!, rootsIn(ego));
  assert(file.endsWith(`${token}/labels.npz`), file);
  assertEquals(mask, readNpz(file).get("mask_camera").data);
  const seen = mask.filter((value) => value === 1).length;
  assert(seen > 20_000 && seen < 400_000, `${seen} voxels are seen`);
  assert(labels.some((label, i) => mask[i] && label !== 17));
  using coarse = await open(ego, occ3d, [4, 4, 4]);
  const { dims, mask: some } = await coarse.next();
  assertEquals(dims, [50, 50, 4]);
  const any = new Uint8Array(10_000);
  mask.forEach((value, i) => {
    const [x, y, z] = [Math.floor(i / 3200), Math.floor(i / 16) % 200, i % 16];
    any[(Math.floor(x / 4) * 50 + Math.floor(y / 4)) * 4 + Math.floor(z / 4)]! |= value;
  });
  assertEquals(some, any);
});

Deno.test("labels are found below gts/ wherever it is, and what is missing is named", async () => {
  using loader = await open(ego);
  const frame = loader.frames[0]!;
  const roots = rootsIn(ego);
  const file = labelFile(frame, roots);
  for (const labels of [ego, join(ego, "gts"), join(ego, "nowhere")]) {
    assertEquals(labelFile(frame, { ...roots, labels }), file);
  }
  const other = { ...frame, token: "f".repeat(32), sceneToken: "other" };
  assertThrows(
    () => labelFile(other, roots),
    Deno.errors.NotFound,
    `there is no SCENE/${other.token}/labels.npz below`,
  );
});
